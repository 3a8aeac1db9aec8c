package dev.varve.engine.check;

import dev.varve.engine.commit.WriterNumbers;
import dev.varve.engine.format.BlockAddress;
import dev.varve.engine.format.PackFormat;
import dev.varve.engine.format.PackSlot;
import dev.varve.engine.format.PackTable;
import dev.varve.engine.model.CheckProgress.Stage;
import dev.varve.engine.model.CorruptionException;
import dev.varve.engine.model.Finding;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.UnsupportedFormatException;
import dev.varve.engine.pack.BlockStore;
import dev.varve.engine.pack.PackReader;
import dev.varve.engine.store.ObjectStore;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.BitSet;
import java.util.Set;

/// Compares each pack object with what the pool says of the pack: its header and table, what is in
/// use and what is free, and if asked every block with its checksum.
final class PackObjectsCheck {
    private static final String PREFIX = "packs/";

    private final ObjectStore store;
    private final BlockStore blocks;
    private final Report report;
    private boolean foundDamage;

    PackObjectsCheck(ObjectStore store, BlockStore blocks, Report report) {
        this.store = store;
        this.blocks = blocks;
        this.report = report;
    }

    /// Whether some data block in use cannot be read.
    boolean foundDamage() {
        return foundDamage;
    }

    /// After all references were counted.
    ///
    /// @param ledgerComplete whether the pool's list of packs could be read
    void check(BlockUse use, boolean ledgerComplete, boolean readData) throws IOException {
        report.begin(Stage.PACKS, use.packs().size());
        if (!ledgerComplete) {
            report.add(new Finding.Unchecked("what is free", "packs tree is damaged"));
        } else if (report.referencesMissing) {
            report.add(new Finding.Unchecked("what is in use", "some trees are damaged"));
        }
        for (PackUse pack : use.packs()) {
            report.step();
            if (pack.isListed()) {
                report.packs++;
                checkFree(pack);
            } else if (ledgerComplete && !pack.referenced().isEmpty()) {
                String detail = "not listed, but blocks in use: " + pack.referenced().cardinality();
                report.add(new Finding.BrokenItem("packs tree", name(pack), detail));
            }
            if (pack.isListed() || !pack.referenced().isEmpty()) {
                checkObject(pack, readData);
            }
        }
    }

    private static String name(PackUse pack) {
        return PackFormat.objectName(pack.object());
    }

    private void checkFree(PackUse pack) {
        BitSet both = (BitSet) pack.free().clone();
        both.and(pack.referenced());
        for (int slot = both.nextSetBit(0); slot >= 0; slot = both.nextSetBit(slot + 1)) {
            String block = BlockUse.name(BlockAddress.of(pack.number(), slot));
            report.add(new Finding.FreeInUse(block, pack.references(slot)));
        }
    }

    private void checkObject(PackUse pack, boolean readData) throws IOException {
        String name = name(pack);
        PackTable table;
        PackReader reader;
        try {
            reader = blocks.openPack(name);
            table = reader.table(pack.number());
        } catch (NoSuchFileException _) {
            lose(pack, "is missing");
            return;
        } catch (CorruptionException | UnsupportedFormatException e) {
            lose(pack, String.valueOf(e.getMessage()));
            return;
        }
        try {
            reader.verifyHeader();
        } catch (CorruptionException | UnsupportedFormatException e) {
            damaged(name, String.valueOf(e.getMessage()));
        }
        if (pack.isListed()) {
            checkListed(pack, table);
            checkContents(pack, table);
        }
        checkSlots(pack, table);
        if (readData) {
            reader.verify(table, (address, damage) -> damagedBlock(pack, address, damage));
        }
    }

    /// No block of the pack can be read.
    private void lose(PackUse pack, String detail) {
        BitSet used = pack.referenced();
        damaged(name(pack), detail + "; blocks in use: " + used.cardinality());
        used.stream().forEach(pack::setDamaged);
        foundDamage |= !used.isEmpty();
    }

    private void damaged(String name, String detail) {
        report.add(new Finding.DamagedObject(name, detail));
    }

    private void checkContents(PackUse pack, PackTable table) {
        if (!pack.hasContents(table)) {
            String detail = "content ids are not those of its table";
            report.add(new Finding.BrokenItem("contents tree", name(pack), detail));
        }
    }

    private void wrongBooks(PackUse pack, String detail) {
        report.add(new Finding.WrongListing(name(pack), detail));
    }

    private void checkListed(PackUse pack, PackTable table) {
        if (table.slots() != pack.slots()) {
            String detail = "%d slots, listed with %d".formatted(table.slots(), pack.slots());
            wrongBooks(pack, detail);
            return;
        }
        long stored = 0;
        long raw = 0;
        boolean kindsAgree = true;
        for (int number = 0; number < table.slots(); number++) {
            PackSlot slot = table.slot(number);
            kindsAgree &= !slot.isPresent() || slot.kind() == pack.kind();
            stored += slot.storedLength();
            raw += slot.rawLength();
        }
        if (!kindsAgree) {
            wrongBooks(pack, "has blocks of another kind than it is listed with");
        }
        findUndropped(pack, table);
        if (stored != pack.storedBytes() || raw != pack.rawBytes()) {
            String detail =
                    "%d bytes stored of %d raw, listed with %d of %d"
                            .formatted(stored, raw, pack.storedBytes(), pack.rawBytes());
            wrongBooks(pack, detail);
        }
    }

    /// A block is missing where the pool says that it was dropped, and nowhere else.
    private void findUndropped(PackUse pack, PackTable table) {
        BitSet wrong = (BitSet) pack.dropped().clone();
        for (int slot = 0; slot < table.slots(); slot++) {
            wrong.set(slot, wrong.get(slot) == table.slot(slot).isPresent());
        }
        // What is in use and not there is found as a lost block.
        wrong.andNot(pack.referenced());
        if (!wrong.isEmpty()) {
            String detail = "what was dropped of pack %s differs: blocks: %d, the first is slot %d";
            String number = PackFormat.objectName(pack.number());
            wrongBooks(pack, detail.formatted(number, wrong.cardinality(), wrong.nextSetBit(0)));
        }
    }

    private void checkSlots(PackUse pack, PackTable table) {
        long lengths = 0;
        long leaked = 0;
        long leakedBytes = 0;
        for (int number = 0; number < table.slots(); number++) {
            PackSlot slot = table.slot(number);
            long references = pack.references(number);
            if (references > 0 && slot.isPresent()) {
                report.storedBytes += slot.storedLength();
                lengths += references * PackUse.lengthMark(number, slot.rawLength());
            } else if (references == 0 && slot.isPresent() && !pack.free().get(number)) {
                leaked++;
                leakedBytes += slot.storedLength();
            }
        }
        if (leaked > 0 && pack.isListed() && !report.referencesMissing) {
            report.add(new Finding.Leak(name(pack), leaked, leakedBytes));
        }
        findMissing(pack, table);
        if (pack.kind() == PackFormat.DATA && lengths != pack.lengths()) {
            pack.setLengthsDiffer();
            foundDamage = true;
        }
    }

    /// Blocks in use that the table does not have.
    private void findMissing(PackUse pack, PackTable table) {
        BitSet used = pack.referenced();
        for (int slot = used.nextSetBit(0); slot >= 0; slot = used.nextSetBit(slot + 1)) {
            if (slot >= table.slots() || !table.slot(slot).isPresent()) {
                loseBlock(pack, slot, "is not in its pack");
            }
        }
    }

    private void damagedBlock(PackUse pack, long address, CorruptionException damage) {
        int slot = BlockAddress.slotOf(address);
        String detail = String.valueOf(damage.getMessage());
        if (!pack.referenced().get(slot)) {
            report.add(new Finding.DamagedBlock(BlockUse.name(address), detail, false));
        } else if (pack.kind() == PackFormat.DATA) {
            loseBlock(pack, slot, detail);
        }
        // A node in use was read with its tree, and reported then.
    }

    private void loseBlock(PackUse pack, int slot, String detail) {
        String block = BlockUse.name(BlockAddress.of(pack.number(), slot));
        report.add(new Finding.DamagedBlock(block, detail, true));
        pack.setDamaged(slot);
        foundDamage = true;
    }

    /// A writer's number is claimed before its first pack, and the highest claim is kept for ever:
    /// else numbers would be given out twice.
    void checkClaims(BlockUse use, WriterNumbers claims) throws IOException {
        claims.findDamage(this::damaged);
        int highestClaim = claims.highest();
        int highest = 0;
        for (PackUse pack : use.packs()) {
            highest = Math.max(highest, pack.isListed() ? BlockAddress.writer(pack.number()) : 0);
        }
        if (highest > highestClaim) {
            String detail = "highest claim %d, but there are packs of writer %d";
            damaged("writers", detail.formatted(highestClaim, highest));
        }
    }

    /// Packs in the store that the pool does not know.
    void findStrays(BlockUse use) throws IOException {
        Set<Long> known = use.objects();
        for (Scan<StoredObject> objects = store.list(PREFIX); objects.advance(); ) {
            StoredObject object = objects.current();
            if (!known.contains(PackFormat.packNumber(object.name()))) {
                report.add(new Finding.StrayPack(object.name(), object.sizeBytes()));
            }
        }
    }
}
