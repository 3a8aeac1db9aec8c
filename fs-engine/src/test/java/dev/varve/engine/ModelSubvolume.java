package dev.varve.engine;

import dev.varve.engine.WriteTransaction.Place;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/// What the model knows of a subvolume.
///
/// @param source the subvolume it is a snapshot of, 0 if none
/// @param pristine whether nothing in it changed since it was taken
record ModelSubvolume(
        ModelTree tree,
        Optional<Place> place,
        boolean readOnly,
        long created,
        long source,
        boolean pristine,
        Optional<UUID> received,
        Map<String, TreeMap<String, byte[]>> catalogs) {

    ModelSubvolume withTree(ModelTree newTree) {
        return new ModelSubvolume(
                newTree, place, readOnly, created, source, false, received, catalogs);
    }

    ModelSubvolume withPlace(Place newPlace) {
        return new ModelSubvolume(
                tree,
                Optional.of(newPlace),
                readOnly,
                created,
                source,
                pristine,
                received,
                catalogs);
    }

    ModelSubvolume withReadOnly(boolean flag) {
        return new ModelSubvolume(
                tree,
                place,
                flag,
                created,
                source,
                pristine,
                flag ? received : Optional.empty(),
                catalogs);
    }

    ModelSubvolume withReceived(UUID uuid) {
        return new ModelSubvolume(
                tree, place, readOnly, created, source, pristine, Optional.of(uuid), catalogs);
    }

    ModelSubvolume withCatalogs(Map<String, TreeMap<String, byte[]>> newCatalogs) {
        return new ModelSubvolume(
                tree, place, readOnly, created, source, pristine, received, newCatalogs);
    }
}
