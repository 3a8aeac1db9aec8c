package dev.varve.send;

import static dev.varve.send.Scenario.of;

import java.io.IOException;
import java.util.List;

/// Names of files: hard links that move, collide and take over, and names that stand for another
/// file than before.
final class NamingScenarios {
    private static final int MANY_LINKS = 100;
    private static final String LONG = "l".repeat(200);

    static final List<Scenario> ALL =
            List.of(
                    of(
                            "btrfs/008 a user's tree, tidied up",
                            s -> s.mkdir("u", "u/src", "u/doc").touch("u/src/a", "u/doc/b"),
                            s -> s.rm("u/src/a").mv("u/doc/b", "u/src/a").rmdir("u/doc"),
                            s -> s.mkdir("u/doc").link("u/src/a", "u/doc/a").touch("u/doc/b")),
                    of(
                            "btrfs/033 a file with very many names in many directories",
                            NamingScenarios::scatter,
                            s -> s.rm("f").mv("d0/l", "d1/m").mv("d2", "d1/d2")),
                    of(
                            "btrfs/040 a directory goes with all the names of one file",
                            s -> links(s.mkdir("d").touch("d/f", "keep"), "d/f", "d/l", 12),
                            s -> unlink(s.rm("d/f"), "d/l", 0, 12).rmdir("d")),
                    of(
                            "btrfs/050 a file loses its name and keeps those that were added late",
                            s -> links(s.touch("f").write("f", 0, 9), "f", LONG, MANY_LINKS),
                            s -> unlink(s.rm("f"), LONG, 0, MANY_LINKS - 5),
                            s -> unlink(s, LONG, MANY_LINKS - 5, MANY_LINKS - 1)),
                    of(
                            "btrfs/058 a file that was open and nameless is gone in the next snapshot",
                            s -> s.mkdir("d").touch("d/f", "g").write("d/f", 0, 5000).rmOpen("d/f"),
                            s -> s.touch("d/f").write("d/f", 0, 10)),
                    of(
                            "btrfs/105 a file is replaced by a new one of its name",
                            s -> s.touch("f").write("f", 0, 9000).xattr("f", "user.a"),
                            s -> s.rm("f").touch("f").write("f", 4096, 100).chmod("f", 0600)),
                    of(
                            "btrfs/144 a rename, a new link and a name taken over in one go",
                            s -> s.mkdir("d").touch("d/a", "d/b").write("d/a", 0, 1),
                            s -> s.mv("d/a", "d/c").link("d/c", "d/z").mv("d/b", "d/a"),
                            s -> s.link("d/a", "d/b").rm("d/a").mv("d/z", "d/a")),
                    of(
                            "btrfs/145 a file takes the name of a directory that was its ancestor",
                            s -> s.mkdir("a", "a/b").touch("a/b/f", "a/b/g"),
                            s -> s.mv("a", "z").mv("z/b/f", "a"),
                            s -> s.rm("a").mv("z/b", "a").mv("a/g", "z/b")),
                    of(
                            "btrfs/147 a second name takes the name of a directory that was above it",
                            s -> s.mkdir("a", "a/b").touch("a/b/f"),
                            s -> s.link("a/b/f", "a/b/g").mv("a", "z").link("z/b/f", "a"),
                            s -> s.rm("z/b/f", "z/b/g").mv("z/b", "b").rmdir("z").mv("a", "z")),
                    of(
                            "btrfs/155 one of several names is taken over by another file",
                            s -> s.mkdir("d").touch("d/f", "x").link("d/f", "d/g").link("d/f", "h"),
                            s -> s.rm("d/g").mv("x", "d/g").link("h", "x"),
                            s -> s.swap("d/g", "h").rm("d/f")),
                    of(
                            "btrfs/168 a file is open and has lost its name in both snapshots",
                            s -> s.touch("f", "g").write("f", 0, 70_000).rmOpen("f"),
                            s -> s.rmOpen("g").mkdir("f")),
                    of(
                            "btrfs/221 a file and a directory swap names while the file gets a link",
                            s -> s.touch("f").mkdir("d").touch("d/g"),
                            s -> s.swap("f", "d").link("d", "f/h"),
                            s -> s.swap("f/h", "f/g").mv("d", "f/d")),
                    of(
                            "btrfs/222 two links swap names with two directories, one in the other",
                            s -> s.mkdir("a", "a/b").touch("f", "g").link("f", "h").link("g", "i"),
                            s -> s.mv("a/b", "t").swap("a", "h").swap("t", "i").mv("i", "h/b"),
                            s -> s.swap("h", "f").mv("f/b", "b").rm("a")),
                    of(
                            "btrfs/227 everything is deleted and something new made",
                            s -> s.mkdir("a", "a/b").touch("a/b/f", "g").write("g", 0, 8192),
                            s -> s.rm("a/b/f", "g").rmdir("a/b", "a"),
                            s -> s.mkdir("g").touch("g/a")),
                    of(
                            "btrfs/241 several names of several files take each other over",
                            s ->
                                    s.touch("f1", "f2", "f3")
                                            .mkdir("d")
                                            .link("f1", "d/1")
                                            .link("f2", "d/2")
                                            .link("f3", "d/3"),
                            s -> s.mv("f1", "d/2").mv("f2", "d/3").mv("f3", "d/1"),
                            s -> s.link("d/1", "f1").swap("d/1", "d/2").rm("d/3")),
                    of(
                            "btrfs/272 a link is made where a name is that will go",
                            s -> s.mkdir("d").touch("f", "d/f", "g").link("g", "d/g"),
                            s -> s.rm("d/f").link("f", "d/f").rm("d/g").link("d/f", "d/g"),
                            s -> s.rm("g").link("f", "g").rm("f")),
                    of(
                            "btrfs/278 a name comes to stand for a file whose namesake is open",
                            s -> s.mkdir("d").touch("d/f").write("d/f", 0, 100_000),
                            s -> s.rmOpen("d/f").touch("d/f").write("d/f", 0, 3),
                            s -> s.rmOpen("d/f").rmdir("d")),
                    of(
                            "btrfs/338 a directory goes that had very many names of one file",
                            s -> links(s.mkdir("d").touch("d/f"), "d/f", "d/" + LONG, MANY_LINKS),
                            s ->
                                    unlink(s.mv("d/f", "f"), "d/" + LONG, 0, MANY_LINKS)
                                            .rmdir("d")
                                            .touch("d")),
                    of(
                            "names like temporary ones belong to the user",
                            s -> s.touch("o257-7-0", "o258-7-0", "a").mkdir("o261-1-0", "b"),
                            s -> s.swap("a", "b").swap("o257-7-0", "o261-1-0").mv("a", "o9-9-9")),
                    of(
                            "misc-tests newlines and other odd bytes in names",
                            s -> s.touch("a\nb", " ", "\\", "\t", "ü\u0001").symlink("x\ny", "l"),
                            s -> s.mv("a\nb", "c\r").swap(" ", "\\").link("\t", "\"'$")));

    private NamingScenarios() {}

    private static Scene links(Scene scene, String file, String prefix, int count)
            throws IOException {
        for (int i = 0; i < count; i++) {
            scene.link(file, prefix + i);
        }
        return scene;
    }

    private static Scene unlink(Scene scene, String prefix, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            scene.rm(prefix + i);
        }
        return scene;
    }

    private static void scatter(Scene scene) throws IOException {
        scene.touch("f").write("f", 0, 100);
        for (int i = 0; i < MANY_LINKS; i++) {
            scene.mkdir("d" + i).link("f", "d" + i + "/l");
        }
    }
}
