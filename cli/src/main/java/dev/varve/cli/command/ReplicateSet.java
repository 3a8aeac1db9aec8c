package dev.varve.cli.command;

import dev.varve.cli.pool.InodePaths;
import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolPath;
import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.DirEntry;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.Scan;
import dev.varve.engine.model.SubvolumeId;
import dev.varve.engine.model.SubvolumeInfo;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `replicate` copies, and where to: oldest first, and what is nested after what it is nested
/// in.
final class ReplicateSet {
    private final Invocation call;
    private final ReadView view;
    private final Map<SubvolumeId, List<SubvolumeInfo>> nested = new HashMap<>();
    private final List<Member> members = new ArrayList<>();

    private ReplicateSet(Invocation call, ReadView view) {
        this.call = call;
        this.view = view;
    }

    /// One snapshot.
    ///
    /// @param place its path in the other pool
    /// @param isNested whether it stands in another that is copied before it
    record Member(SubvolumeInfo snapshot, PoolPath place, boolean isNested) {}

    static List<Member> of(Invocation call, ReadView view) throws IOException {
        ReplicateSet set = new ReplicateSet(call, view);
        if (call.has("--recursive")) {
            set.findNested();
        }
        for (Member top : set.tops()) {
            set.add(top);
        }
        return set.members;
    }

    private void findNested() throws IOException {
        for (Scan<SubvolumeInfo> all = view.subvolumes(); all.advance(); ) {
            SubvolumeInfo info = all.current();
            info.parent()
                    .ifPresent(parent ->
                            nested.computeIfAbsent(parent, _ -> new ArrayList<>()).add(info));
        }
    }

    private List<Member> tops() throws IOException {
        PathResolver resolver = new PathResolver(view);
        Optional<String> into = call.value("--into");
        List<Member> tops = new ArrayList<>();
        for (String operand : call.operandsFrom(0)) {
            PoolPath path = PoolPath.parse(operand);
            SubvolumeInfo info = resolver.subvolume(path);
            FileName name = path.name();
            tops.add(
                    new Member(
                            info,
                            into.isPresent() ? PoolPath.parse(into.get()).resolve(name) : path,
                            false));
        }
        tops.sort(Comparator.comparingLong(top -> top.snapshot().createdGeneration()));
        return tops;
    }

    private void add(Member member) throws IOException {
        SubvolumeInfo info = member.snapshot();
        if (!info.readOnly()) {
            throw new FileSystemException(
                    info.path(), null, "not read-only; only read-only snapshots can be copied");
        }
        members.add(member);
        for (SubvolumeInfo child : nested.getOrDefault(info.id(), List.of())) {
            add(new Member(child, place(member, child), true));
        }
    }

    /// Where a nested one stands, by the bytes of its names.
    private PoolPath place(Member outer, SubvolumeInfo child) throws IOException {
        FileTree tree = view.open(outer.snapshot().id());
        PoolPath path = outer.place();
        PoolPath inner = new InodePaths(tree).of(child.directory()).orElse(PoolPath.ROOT);
        for (FileName name : inner.names()) {
            path = path.resolve(name);
        }
        for (Scan<DirEntry> all = tree.list(child.directory()); all.advance(); ) {
            DirEntry entry = all.current();
            if (entry.isSubvolume() && entry.target() == child.id().value()) {
                return path.resolve(entry.name());
            }
        }
        throw new FileSystemException(child.path(), null, "has no name");
    }
}
