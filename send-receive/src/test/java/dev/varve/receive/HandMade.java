package dev.varve.receive;

import java.util.Set;

/// What is to become of the streams of `90_hostile`.
final class HandMade {
    /// Valid by the names they have there, refused here: commands unknown to version 1 to 3; an end
    /// without END and compression 0, which btrfs refuses as well.
    private static final Set<String> REFUSED_ODD = Set.of("v06", "v07", "v09", "v14");

    /// Hostile by the names they have there, harmless here: they stay inside the subvolume. Owner
    /// and attribute of a link itself, a file of 2^62 bytes, a device node.
    private static final Set<String> HARMLESS = Set.of("x08", "x09", "x21", "x22");

    private HandMade() {}

    static boolean isReceivable(String file) {
        String number = file.substring(0, 3);
        return file.startsWith("v") ? !REFUSED_ODD.contains(number) : HARMLESS.contains(number);
    }

    /// What stands at the destination after a refusal: a stream that came whole before the damage.
    static Set<String> published(String file) {
        return file.startsWith("m18") ? Set.of(".varve-received", "sv") : Set.of();
    }
}
