package dev.varve.engine.repair;

import dev.varve.engine.model.Finding;

/// Tells what can be written anew from what cannot.
final class Mendable {
    private Mendable() {}

    /// Whether a finding is about the pool's own books: what references there are, what is free.
    static boolean isOfBooks(Finding finding) {
        return switch (finding) {
            case Finding.WrongCount _,
                    Finding.FreeInUse _,
                    Finding.WrongListing _,
                    Finding.Leak _ ->
                    true;
            case Finding.DamagedNode node -> isBook(node.tree());
            case Finding.BrokenItem item -> isBook(item.tree());
            case Finding.DamagedObject _,
                    Finding.OlderHead _,
                    Finding.DamagedBlock _,
                    Finding.BrokenFile _,
                    Finding.LostFile _,
                    Finding.LostInodes _,
                    Finding.StrayPack _,
                    Finding.Unchecked _ ->
                    false;
        };
    }

    private static boolean isBook(String tree) {
        return tree.equals("counts tree")
                || tree.equals("packs tree")
                || tree.equals("contents tree")
                || tree.startsWith("heads/");
    }
}
