package dev.varve.send;

import dev.varve.engine.FileTree;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.Inode;
import dev.varve.engine.model.Link;
import dev.varve.engine.model.Scan;
import dev.varve.stream.StreamCommand;
import java.io.IOException;

/// Sends all of a tree in one walk from the top. Directories get their attributes when all in them
/// is sent. A file with several names is made at its first one in the order of [FileTree#links];
/// the others are linked when the walk is over, because their directories may come later.
final class FullSend {
    private final CommandSink sink;
    private final DirectoryLinks links;
    private final FileTree tree;
    private final NewInodes inodes;
    private final AttributeSender attributes;

    FullSend(CommandSink sink, DirectoryLinks links, NewInodes inodes, AttributeSender attributes) {
        this.sink = sink;
        this.links = links;
        this.tree = links.tree();
        this.inodes = inodes;
        this.attributes = attributes;
    }

    void send() throws IOException {
        Inode root = tree.inode(Inode.ROOT);
        try (LongSpool manyNames = new LongSpool()) {
            DirectoryWalk.visit(tree, Inode.ROOT, Paths.ROOT, new Walk(manyNames));
            linkOthers(manyNames);
        }
        inodes.fill(Paths.ROOT, root);
        attributes.times(Paths.ROOT, root);
    }

    private final class Walk implements DirectoryWalk.Visitor {
        private final LongSpool manyNames;

        private Walk(LongSpool manyNames) {
            this.manyNames = manyNames;
        }

        @Override
        public boolean enter(DirEntry directory, byte[] path) throws IOException {
            sink.put(new StreamCommand.MakeDirectory(path, directory.target()));
            return true;
        }

        @Override
        public void file(long directory, byte[] directoryPath, DirEntry entry) throws IOException {
            Inode inode = tree.inode(entry.target());
            if (inode.links() > 1) {
                Scan<Link> names = tree.links(inode.number());
                if (!names.advance()
                        || !names.current().equals(new Link(directory, entry.name()))) {
                    return;
                }
                manyNames.add(inode.number());
            }
            byte[] path = Paths.join(directoryPath, entry.name());
            inodes.create(path, inode);
            inodes.fill(path, inode);
            attributes.times(path, inode);
        }

        @Override
        public void leave(long directory, byte[] path) throws IOException {
            if (directory == Inode.ROOT) {
                return;
            }
            Inode inode = tree.inode(directory);
            inodes.fill(path, inode);
            attributes.times(path, inode);
        }
    }

    private void linkOthers(LongSpool manyNames) throws IOException {
        try (LongSpool directories = new LongSpool()) {
            RecentNumbers seen = new RecentNumbers();
            manyNames.forEach(inode -> {
                Scan<Link> names = tree.links(inode);
                names.advance();
                byte[] first = path(names.current());
                while (names.advance()) {
                    Link name = names.current();
                    sink.put(new StreamCommand.Link(path(name), first));
                    if (name.directory() != Inode.ROOT && seen.add(name.directory())) {
                        directories.add(name.directory());
                    }
                }
            });
            directories.forEach(
                    directory -> attributes.times(links.path(directory), tree.inode(directory)));
        }
    }

    private byte[] path(Link link) throws IOException {
        return Paths.join(links.path(link.directory()), link.name());
    }
}
