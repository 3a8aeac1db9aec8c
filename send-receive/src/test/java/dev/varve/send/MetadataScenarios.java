package dev.varve.send;

import static dev.varve.send.Scenario.of;

import dev.varve.engine.model.FileType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Attributes, owners, modes, times and kinds of inodes.
final class MetadataScenarios {
    private static final String CAPABILITY = "security.capability";
    private static final String PROPERTY = "btrfs.compression";

    /// `cap_net_raw=ep` as the kernel stores it, version 2.
    private static final byte[] NET_RAW = {
        1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    static final List<Scenario> ALL =
            List.of(
                    of(
                            "btrfs/048 properties are set, inherited, changed and removed",
                            s ->
                                    s.mkdir("d", "d/e")
                                            .touch("f")
                                            .xattr("d", PROPERTY, ascii("zlib"))
                                            .xattr("f", PROPERTY, ascii("lzo")),
                            s ->
                                    s.touch("d/f")
                                            .mkdir("d/g")
                                            .write("d/f", 0, 9000)
                                            .xattr("d", PROPERTY, ascii("zstd")),
                            s -> s.rmXattr("d", PROPERTY).touch("d/h").mv("d/e", "e")),
                    of(
                            "btrfs/053 attributes longer than a path may be",
                            s -> s.touch("f").xattr("f", "user.a", new byte[5000]).mkdir("d"),
                            s ->
                                    s.xattr("f", "user.b", new byte[8000])
                                            .xattr("d", "user.b", new byte[4097])
                                            .xattr("f", "user.a", new byte[4096]),
                            s -> s.rmXattr("f", "user.a").xattr("d", "user.empty", new byte[0])),
                    of(
                            "btrfs/214 a capability outlives owner, mode and content",
                            s -> cap(s.touch("f").write("f", 0, 100).chown("f", 3, 4), "f"),
                            s -> cap(s.chown("f", 5, 6).chmod("f", 0755), "f"),
                            s -> cap(s.write("f", 0, 9000).mv("f", "g").link("g", "h"), "g"),
                            s -> s.rmXattr("h", CAPABILITY).chown("h", 0, 0)),
                    of(
                            "btrfs/235 a capability in a full stream of files with other owners",
                            s -> cap(s.touch("a").chown("a", 1000, 1000), "a").touch("b"),
                            s -> cap(s.chown("b", 1000, 0).chmod("b", 04711), "b").chmod("a", 0)),
                    of(
                            "the times of the root come with the snapshot",
                            s -> s.mkdir("a", "b").date("", 1000),
                            s -> s.swap("a", "b").date("", 2000),
                            s -> s.touch("c").date("", -3000)),
                    of(
                            "set-id bits come after the owner",
                            s -> s.touch("f").mkdir("d").chown("f", 9, 9).chmod("f", 06755),
                            s -> s.chown("f", 8, 9).chmod("f", 06755).chmod("d", 03777),
                            s -> s.write("f", 0, 10).chmod("f", 04700).chown("d", 7, 7)),
                    of(
                            "names stand for other kinds of things than before",
                            s ->
                                    s.touch("file", "link")
                                            .mkdir("dir", "pipe")
                                            .touch("dir/f")
                                            .symlink("dir/f", "sym")
                                            .node("dev", FileType.CHARACTER_DEVICE, 0x103),
                            s ->
                                    s.rm("file", "sym", "dir/f", "dev", "link")
                                            .rmdir("dir", "pipe")
                                            .mkdir("file", "sym")
                                            .symlink("file", "dir")
                                            .touch("dev")
                                            .node("pipe", FileType.FIFO, 0)
                                            .node("link", FileType.BLOCK_DEVICE, 0xfff00701L),
                            s ->
                                    s.rm("dir", "pipe", "link", "dev")
                                            .rmdir("file", "sym")
                                            .node("dir", FileType.SOCKET, 0)
                                            .symlink("t".repeat(4094), "pipe")
                                            .node("dev", FileType.CHARACTER_DEVICE, 0xffffffffL)
                                            .touch("sym")),
                    of(
                            "attributes and owners of links themselves",
                            s -> s.symlink("nowhere", "l").chown("l", 11, 12),
                            s -> s.chown("l", 13, 14).date("l", 77).link("l", "m"),
                            s -> s.xattr("l", "trusted.a").date("m", 78)));

    private MetadataScenarios() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Scene cap(Scene scene, String file) throws IOException {
        return scene.xattr(file, CAPABILITY, NET_RAW);
    }
}
