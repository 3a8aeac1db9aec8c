package dev.varve.send;

import static dev.varve.send.Scenario.of;

import java.io.IOException;
import java.util.List;

/// Data, holes and shared extents. Blocks are 4 KiB, compressed extents of the kernel 128 KiB.
final class ContentScenarios {
    private static final int K = 1 << 10;
    private static final int M = 1 << 20;

    static final List<Scenario> ALL =
            List.of(
                    of(
                            "btrfs/016 holes are punched in a file and beside them",
                            s -> s.touch("f").noise("f", 0, M).touch("g").noise("g", 0, 10_000),
                            s -> s.punch("f", 0, 4096).punch("f", 300 * K, 100 * K),
                            s -> s.punch("f", 350 * K, 200_000).punch("g", 5, 9_000)),
                    of(
                            "btrfs/025 a clone whose source ends inside a block",
                            s -> s.touch("f", "g").noise("f", 0, 70_001).noise("g", 0, 8192),
                            s -> s.reflink("f", 4096, 65_905, "g", 4096),
                            s -> s.touch("h").reflink("g", 0, 70_001, "h", 0)),
                    of(
                            "btrfs/034 holes between extents, then one where data was",
                            s ->
                                    s.touch("f")
                                            .write("f", 8 * K, 4 * K)
                                            .write("f", 40 * K, 4 * K)
                                            .write("f", 100 * K, 4 * K),
                            s -> s.truncate("f", 42 * K).truncate("f", 200 * K),
                            s -> s.write("f", 150 * K, 50 * K).punch("f", 8 * K, 4 * K)),
                    of(
                            "btrfs/038 the middle of a compressed extent and what was over it",
                            s -> s.touch("f", "g").write("f", 0, 128 * K),
                            s -> s.write("f", 0, 8 * K).write("f", 64 * K, 12 * K),
                            s -> s.reflink("f", 8 * K, 56 * K, "g", 0).punch("f", 96 * K, 8 * K)),
                    of(
                            "btrfs/046 zeros must not be sent over data because of a hole behind it",
                            s -> s.touch("f").write("f", 0, 4 * K).truncate("f", 100_000),
                            s -> s.write("f", 36 * K, 700).truncate("f", 300_000),
                            s -> s.write("f", 4 * K, 32 * K).truncate("f", 5000)),
                    of(
                            "btrfs/094 a clone of a part of a compressed extent",
                            s -> s.touch("f", "g").write("f", 0, 256 * K).noise("g", 0, 64 * K),
                            s -> s.reflink("f", 32 * K, 16 * K, "g", 16 * K),
                            s -> s.reflink("g", 20 * K, 8 * K, "f", 200 * K)),
                    of(
                            "btrfs/097 an extent is cloned to a lower offset of its file",
                            s -> s.touch("f").noise("f", 128 * K, 64 * K),
                            s -> s.reflink("f", 160 * K, 32 * K, "f", 16 * K),
                            s -> s.reflink("f", 128 * K, 32 * K, "f", 0).truncate("f", 140 * K)),
                    of(
                            "btrfs/108 109 reflinks of plain and of compressed data",
                            s ->
                                    s.touch("f", "g", "h")
                                            .noise("f", 0, 200 * K)
                                            .write("g", 0, 200 * K)
                                            .reflink("g", 0, 200 * K, "h", 0),
                            s -> s.reflink("f", 8 * K, 100 * K, "h", 4 * K).touch("i"),
                            s -> s.reflink("h", 0, 200 * K, "i", 64 * K).noise("f", 40 * K, 9 * K)),
                    of(
                            "btrfs/117 the source of a clone has moved, and its parents too",
                            s ->
                                    s.mkdir("a", "a/b", "c", "a/b/d")
                                            .touch("a/b/d/f")
                                            .noise("a/b/d/f", 0, 100 * K),
                            s ->
                                    s.mv("a/b/d", "c/d")
                                            .mv("a/b", "c/d/b")
                                            .mv("c", "x")
                                            .touch("a/g")
                                            .reflink("x/d/f", 0, 100 * K, "a/g", 0),
                            s ->
                                    s.mv("x/d/f", "f")
                                            .touch("x/d/f")
                                            .reflink("a/g", 40 * K, 40 * K, "x/d/f", 0)),
                    of(
                            "btrfs/130 a file that consists of one extent, 200 times",
                            s -> repeat(s.touch("f").noise("f", 0, 16 * K), 200),
                            s -> s.noise("f", 16 * K * 77, 16 * K).touch("g"),
                            s -> s.reflink("f", 0, 16L * K * 150, "g", 0)),
                    of(
                            "btrfs/137 holes of full and of incremental streams stay holes",
                            s -> s.touch("f", "g").noise("f", 64 * K, 10).truncate("f", 10 * M),
                            s -> s.noise("g", 5 * M, 8 * K).noise("f", 8 * M, 4 * K),
                            s -> s.truncate("g", 20 * M).punch("f", 64 * K, 4 * K)),
                    of(
                            "btrfs/149 a small compressed file gets a whole block cloned to its start",
                            s -> s.touch("f", "g").write("f", 0, 4 * K).write("g", 0, 8 * K),
                            s -> s.reflink("g", 4 * K, 4 * K, "f", 0),
                            s -> s.write("f", 0, 300).truncate("f", 300).truncate("f", 9000)),
                    of(
                            "btrfs/169 a hole in space that is allocated behind the end",
                            s -> s.touch("f").noise("f", 0, 10_000).allocate("f", 12 * K, M),
                            s -> s.punch("f", 64 * K, 128 * K),
                            s -> s.noise("f", 512 * K, 100).punch("f", 0, 20 * K)),
                    of(
                            "btrfs/186 what was written just before the snapshot is in it",
                            s -> s.touch("f").noise("f", 0, 3 * M + 5),
                            s -> s.noise("f", M, 500_000).touch("g").noise("g", 0, M)),
                    of(
                            "btrfs/188 allocated space behind the end becomes part of the file",
                            s -> s.touch("f").noise("f", 0, 4096).allocate("f", 4096, 200 * K),
                            s -> s.truncate("f", 100 * K),
                            s -> s.noise("f", 50 * K, 100).truncate("f", 60 * K)),
                    of(
                            "btrfs/189 the clone of a last block ends up in the middle of a file",
                            s -> s.touch("f", "g").noise("f", 0, 17_000).noise("g", 0, 8 * K),
                            s -> s.reflink("f", 8 * K, 8808, "g", 8 * K).noise("g", 20_000, 9000),
                            s -> s.truncate("g", 17_000).truncate("g", 100_000)),
                    of(
                            "btrfs/191 files share as much in one snapshot as in the other",
                            s ->
                                    s.touch("f", "g")
                                            .noise("f", 0, 64 * K)
                                            .reflink("f", 0, 32 * K, "g", 0)
                                            .noise("g", 32 * K, 32 * K),
                            s -> s.reflink("g", 32 * K, 32 * K, "f", 32 * K),
                            s ->
                                    s.reflink("f", 32 * K, 32 * K, "f", 0)
                                            .reflink("f", 0, 32 * K, "g", 0)),
                    of(
                            "btrfs/200 a part of a file is cloned inside it, a part of that part too",
                            s -> s.touch("f").noise("f", 0, 64 * K),
                            s ->
                                    s.reflink("f", 0, 32 * K, "f", 64 * K)
                                            .reflink("f", 72 * K, 8 * K, "f", 16 * K),
                            s -> s.reflink("f", 16 * K, 80 * K, "f", 96 * K)),
                    of(
                            "btrfs/203 a file with holes is cloned behind its end",
                            s -> s.touch("f").noise("f", 0, 4 * K).noise("f", 60 * K, 4 * K),
                            s -> s.reflink("f", 0, 64 * K, "f", 64 * K).truncate("f", 500 * K),
                            s -> s.reflink("f", 60 * K, 68 * K, "f", 432 * K)),
                    of(
                            "btrfs/229 a clone inside a file is longer than the file was",
                            s -> s.touch("f").noise("f", 0, 20 * K + 100),
                            s ->
                                    s.truncate("f", M)
                                            .reflink("f", 0, 20 * K, "f", 512 * K)
                                            .reflink("f", 512 * K, 64 * K, "f", M),
                            s -> s.truncate("f", 10 * K).reflink("f", 0, 8 * K, "f", 128 * K)),
                    of(
                            "btrfs/281 compressed extents that are shared in part, with odd ends",
                            s -> s.touch("f", "g").write("f", 0, 128 * K).write("g", 0, 50_001),
                            s -> s.reflink("f", 4 * K, 12 * K, "g", 8 * K).write("f", 5000, 3),
                            s -> s.reflink("g", 8 * K, 41_809, "f", 124 * K)),
                    of(
                            "btrfs/283 of several sources of a clone the longest run is good",
                            s ->
                                    s.touch("a", "b", "c")
                                            .noise("a", 0, 16 * K)
                                            .noise("b", 0, 256 * K)
                                            .reflink("b", 0, 16 * K, "a", 16 * K),
                            s -> s.reflink("b", 0, 256 * K, "c", 0),
                            s ->
                                    s.noise("b", 128 * K, 4 * K)
                                            .reflink("c", 0, 256 * K, "a", 64 * K)),
                    of(
                            "btrfs/303 a sparse file gets a block behind all others",
                            s -> s.touch("f").truncate("f", 4L * M),
                            s -> s.noise("f", 3 * M, 4 * K).noise("f", 100, 5),
                            s -> s.noise("f", 4 * M - 4096, 4096).truncate("f", 64L * M)),
                    of(
                            "btrfs/312 neighbouring compressed extents are overwritten at their border",
                            s -> s.touch("f").write("f", 0, 128 * K).write("f", 128 * K, 128 * K),
                            s -> s.write("f", 124 * K, 8 * K).write("f", 256 * K, 128 * K),
                            s -> s.reflink("f", 120 * K, 200 * K, "f", 512 * K)),
                    of(
                            "btrfs/319 a file with an odd end is cloned whole over a longer one",
                            s -> s.touch("f", "g").noise("f", 0, 100_001).noise("g", 0, 200_000),
                            s -> s.truncate("g", 0).reflink("f", 0, 100_001, "g", 0),
                            s -> s.noise("f", 0, 5).reflink("g", 0, 100_001, "f", 0)),
                    of(
                            "btrfs/322 a file gets shorter and then a clone at its end",
                            s -> s.touch("f", "g").noise("f", 0, 256 * K).noise("g", 0, 33_000),
                            s -> s.truncate("f", 64 * K).reflink("g", 0, 33_000, "f", 64 * K),
                            s -> s.truncate("f", 5000).reflink("g", 4 * K, 28 * K, "f", 8 * K)),
                    of(
                            "misc-tests/039 a file is cloned from the subvolume that is received",
                            s -> s.touch("f").noise("f", 0, 64 * K),
                            s -> s.touch("g").reflink("f", 0, 64 * K, "g", 0).rm("f"),
                            s -> s.touch("f").reflink("g", 0, 64 * K, "f", 64 * K)),
                    of(
                            "misc-tests/016 a new file shares with a file that goes and one that stays",
                            s -> s.touch("f", "g").noise("f", 0, 64 * K).noise("g", 0, 64 * K),
                            s ->
                                    s.touch("h")
                                            .reflink("f", 0, 32 * K, "h", 0)
                                            .reflink("g", 0, 64 * K, "h", 32 * K)
                                            .rm("f")
                                            .noise("g", 0, 4 * K)),
                    of(
                            "misc-tests written zeros are data, compressed ones too",
                            s -> s.touch("f").zeros("f", 0, 256 * K).write("f", 64 * K, 4 * K),
                            s -> s.zeros("f", 64 * K, 4 * K).zeros("f", 200 * K, 200 * K)));

    private ContentScenarios() {}

    /// Clones the first 16 KiB behind themselves until there are so many.
    private static void repeat(Scene scene, int count) throws IOException {
        for (int i = 1; i < count; i++) {
            scene.reflink("f", 0, 16 * K, "f", 16L * K * i);
        }
    }
}
