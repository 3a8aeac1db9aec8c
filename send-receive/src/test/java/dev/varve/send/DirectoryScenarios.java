package dev.varve.send;

import static dev.varve.send.Scenario.of;

import java.io.IOException;
import java.util.List;

/// Directories that move, change places with their parents, and go. A sender that works inode by
/// inode in ascending order trips where a move waits for one of a higher number; inodes are
/// numbered in the order of their creation.
final class DirectoryScenarios {
    private static final int CHAIN = 40;

    static final List<Scenario> ALL =
            List.of(
                    of(
                            "btrfs/019 a new directory takes the name of the one whose child it gets",
                            s -> s.mkdir("foo", "foo/bar").touch("foo/bar/f"),
                            s -> s.mv("foo", "old").mkdir("foo").mv("old/bar", "foo/bar"),
                            s -> s.rmdir("old").mv("foo/bar/f", "foo/f")),
                    of(
                            "btrfs/030 parent and child change places again and again",
                            s -> s.mkdir("a", "a/b", "a/b/c", "a/b/c/d").touch("a/b/c/d/f"),
                            s -> s.mv("a/b/c", "c").mv("a/b", "c/d/b").mv("a", "c/d/b/a"),
                            s -> s.mv("c/d/b/a", "a").mv("c/d", "a/d").mv("c", "a/d/b/c")),
                    of(
                            "btrfs/039 a child moves below a renamed parent of a higher number",
                            s -> s.mkdir("a", "a/b", "a/b/e", "a/d").touch("a/b/e/f"),
                            s -> s.mv("a/d", "a/z").mv("a/b/e", "a/z/e").mv("a/b", "a/z/e/b")),
                    of(
                            "btrfs/043 a directory that went had children that stay",
                            s -> s.mkdir("a", "a/b", "a/b/c").touch("a/b/f", "a/g"),
                            s -> s.mv("a/b", "n").mv("a/g", "n/g").rmdir("a"),
                            s -> s.mkdir("a").mv("n/c", "a/b").rm("n/f", "n/g").rmdir("n")),
                    of(
                            "btrfs/044 attributes of what is below a move that waits",
                            s ->
                                    s.mkdir("a", "a/b", "a/c", "a/c/x", "a/c/x/y")
                                            .touch("a/b/f", "a/c/x/y/g"),
                            s ->
                                    s.mv("a/c/x/y", "y2")
                                            .mv("a/c/x", "y2/x")
                                            .mv("a/c", "y2/x/c")
                                            .chown("y2/g", 5, 6)
                                            .chmod("y2/x", 0711)
                                            .chmod("y2/x/c", 0500)
                                            .date("y2/g", 44)
                                            .date("y2/x/c", 45)),
                    of(
                            "btrfs/045 a directory becomes the child of one that still has to move",
                            s -> s.mkdir("a", "b", "b/c", "b/c/e", "d").touch("b/c/f", "d/g"),
                            s -> s.mv("b/c", "d/c").mv("a", "d/c/a").mv("d", "b/d"),
                            s -> s.mv("b/d/c/e", "e").mv("b", "e/b").mv("e/b/d/c/a", "a")),
                    of(
                            "btrfs/051 a path much longer than a name may be",
                            s -> deep(s, "n".repeat(241), 9),
                            s -> s.mv("n".repeat(241), "m".repeat(233)),
                            s -> s.mv("m".repeat(233) + ("/" + "n".repeat(241)).repeat(7), "top")),
                    of(
                            "btrfs/077 a directory becomes the child of a new one of its own name",
                            s -> s.mkdir("a", "a/x", "a/x/k").touch("a/x/f"),
                            s -> s.mv("a/x", "t").mkdir("a/x").mv("t", "a/x/x"),
                            s -> s.mv("a/x/x", "a/y").rmdir("a/x").mv("a/y", "a/x")),
                    of(
                            "btrfs/083 one takes a name, another waits for it, a third for both",
                            s -> s.mkdir("a", "b", "c", "b/d").touch("b/d/f"),
                            s -> s.mv("a", "c/a2").mv("b", "a").mv("c", "a/c"),
                            s -> s.mv("a/c", "b").mv("a/d", "b/a2/d").mv("a", "b/d")),
                    of(
                            "btrfs/084 subtrees with the same paths swap their roots",
                            s ->
                                    s.mkdir("a", "b", "a/x", "b/x", "a/x/y", "b/x/y")
                                            .touch("a/x/y/1", "b/x/y/2"),
                            s -> s.swap("a/x", "b/x").swap("a", "b"),
                            s -> s.swap("a/x/y", "b/x/y").swap("a/x", "b")),
                    of(
                            "btrfs/087 a deep hierarchy is turned upside down",
                            s -> deep(s, "d", CHAIN),
                            DirectoryScenarios::turnAround),
                    of(
                            "btrfs/092 another inode under the same name inside an inversion",
                            s -> s.mkdir("a", "a/b", "a/b/c", "a/d", "e").touch("a/b/c/f"),
                            s ->
                                    s.mv("a/b", "e/b")
                                            .mv("a/d", "a/b")
                                            .mv("a", "e/b/c/a")
                                            .mv("e", "e2")),
                    of(
                            "btrfs/127 every directory goes somewhere else",
                            s ->
                                    s.mkdir("a", "a/b", "a/c", "a/b/d", "a/c/e", "g", "g/h", "g/i")
                                            .touch("a/b/d/1", "a/c/e/2", "g/h/3"),
                            s ->
                                    s.mv("g/h", "a/b/d/h")
                                            .mv("a/c", "g/i/c")
                                            .mv("a/b", "g/i/c/e/b")
                                            .mv("g/i", "i")
                                            .mv("a", "i/c/a")
                                            .mv("g", "i/c/e/b/d/g"),
                            s -> s.mv("i/c/e", "e").swap("i", "e/b").swap("e/b/c", "i/d")),
                    of(
                            "btrfs/128 a directory that was out of the way is forgotten in time",
                            s -> s.mkdir("a", "a/b", "c", "c/d").touch("a/b/f", "c/d/g"),
                            s ->
                                    s.mv("c/d/g", "a/g")
                                            .rmdir("c/d")
                                            .mv("a/b", "c/d")
                                            .mv("c", "x")
                                            .mv("a", "c"),
                            s -> s.rm("x/d/f").rmdir("x/d", "x").mkdir("x", "x/d").mv("c", "x/c")),
                    of(
                            "btrfs/129 a directory is removed before some of its children moved",
                            s -> s.mkdir("t", "a", "a/b", "a/b/c", "z").touch("a/b/c/f", "a/g"),
                            s ->
                                    s.mv("a/b/c", "z/c")
                                            .mv("a/g", "t/g")
                                            .rmdir("a/b", "a")
                                            .mv("t", "z/c/t")),
                    of(
                            "btrfs/133 a directory in the root is made anew under its name",
                            s -> s.mkdir("d", "d/e").touch("d/f", "d/e/g"),
                            s ->
                                    s.rm("d/f", "d/e/g")
                                            .rmdir("d/e", "d")
                                            .mkdir("d", "d/f")
                                            .touch("d/e"),
                            s -> s.rm("d/e").rmdir("d/f", "d").touch("d")),
                    of(
                            "btrfs/134 a directory moves to a new parent that replaces the old one",
                            s -> s.mkdir("p", "p/d", "q").touch("p/d/f"),
                            s -> s.mv("p/d", "q/d").rmdir("p").mkdir("p").mv("q/d", "p/d"),
                            s -> s.mv("p/d", "d").rmdir("p").mv("q", "p").mv("d", "p/d")),
                    of(
                            "btrfs/135 two directories take turns at one name of an entry",
                            s -> s.mkdir("a", "a/x", "b").touch("a/x/1"),
                            s -> s.mv("a/x", "b/x").mkdir("a/x").touch("a/x/2"),
                            s -> s.swap("a/x", "b/x").rm("b/x/2").rmdir("b/x").mkdir("b/x")),
                    of(
                            "btrfs/178 an inversion over several ancestors at once",
                            s ->
                                    s.mkdir("a", "a/b", "a/b/c", "a/b/c/d", "x", "x/y", "x/y/z")
                                            .touch("a/b/c/d/f", "x/y/z/g"),
                            s ->
                                    s.mv("a/b/c/d", "x/y/z/d")
                                            .mv("x/y/z", "z")
                                            .mv("a", "z/d/a")
                                            .mv("x/y", "z/d/a/b/y")
                                            .mv("x", "z/d/a/b/c/x")),
                    of(
                            "92_kernel_send_failures the kernel's own stream uses a name too early",
                            s -> s.touch("f").mkdir("d1", "d1/d2", "d1/d2/d3"),
                            s ->
                                    s.mv("d1/d2/d3", "y")
                                            .mv("d1/d2", "x")
                                            .link("f", "d1/d2")
                                            .link("f", "x/d3")));

    private DirectoryScenarios() {}

    private static void deep(Scene scene, String name, int levels) throws IOException {
        String path = name;
        for (int i = 0; i < levels; i++) {
            scene.mkdir(path);
            path = path + "/" + name;
        }
        scene.touch(path);
    }

    /// The last becomes the first.
    private static void turnAround(Scene scene) throws IOException {
        String to = "t";
        for (int level = CHAIN; level > 0; level--) {
            scene.mv("d" + "/d".repeat(level - 1), to);
            to += "/u";
        }
    }
}
