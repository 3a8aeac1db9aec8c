package dev.varve.cli.command;

import dev.varve.cli.pool.PathResolver;
import dev.varve.cli.pool.PoolPath;
import dev.varve.engine.FileTree;
import dev.varve.engine.ReadView;
import dev.varve.engine.model.FileName;
import dev.varve.engine.model.SubvolumeInfo;
import dev.varve.send.SendJob;
import dev.varve.send.Sender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Decides what `send` sends: which subvolumes, under which names, each from which parent.
final class SendPlan {
    private final Invocation call;
    private final ReadView view;
    private final ParentChoice choice;
    private final PathResolver resolver;
    private final List<FileTree> receiverHas = new ArrayList<>();
    private final Set<FileName> names = new HashSet<>();
    private final List<SendJob> jobs = new ArrayList<>();

    SendPlan(Invocation call, ReadView view, ParentChoice choice) {
        this.call = call;
        this.view = view;
        this.choice = choice;
        this.resolver = new PathResolver(view);
    }

    List<SendJob> jobs() throws IOException {
        for (String clone : call.values("-c")) {
            receiverHas.add(snapshot(clone));
        }
        Optional<String> parentPath = call.value("-p");
        Map<String, FileTree> parents = new TreeMap<>();
        if (parentPath.isPresent()) {
            parents.putAll(members(snapshot(parentPath.get())));
        }
        for (String operand : call.operandsFrom(0)) {
            PoolPath path = PoolPath.parse(operand);
            FileTree tree = snapshot(operand);
            for (Map.Entry<String, FileTree> member : members(tree).entrySet()) {
                add(member.getValue(), name(path, member), parents.get(member.getKey()), path);
            }
            receiverHas.add(tree);
        }
        return jobs;
    }

    private void add(FileTree tree, FileName name, @Nullable FileTree named, PoolPath path)
            throws IOException {
        Optional<FileTree> parent = Optional.ofNullable(named);
        if (parent.isEmpty() && call.has("--auto")) {
            parent = choice.best(tree, call.values("-c").isEmpty() ? List.of() : receiverHas);
        } else if (parent.isEmpty() && call.value("-p").isEmpty() && !call.values("-c").isEmpty()) {
            parent = Optional.of(nearest(tree, path));
        }
        int sources = Math.min(receiverHas.size(), Sender.MAX_CLONE_SOURCES);
        List<FileTree> newest =
                receiverHas.subList(receiverHas.size() - sources, receiverHas.size());
        jobs.add(new SendJob(tree, parent, newest, name));
        choice.sent(tree);
    }

    private FileTree snapshot(String path) throws IOException {
        return readOnly(resolver.subvolume(PoolPath.parse(path)), path);
    }

    private FileTree readOnly(SubvolumeInfo info, String path) throws IOException {
        if (!info.readOnly()) {
            throw new FileSystemException(
                    path, null, "not read-only; only read-only snapshots can be sent");
        }
        return view.open(info.id());
    }

    /// A snapshot, under the empty path, and if wanted what is nested in it: an outer subvolume
    /// comes before its inner ones.
    private Map<String, FileTree> members(FileTree top) throws IOException {
        Map<String, FileTree> members = new TreeMap<>();
        members.put("", top);
        if (call.has("-R")) {
            String prefix = top.info().path().equals("/") ? "/" : top.info().path() + "/";
            for (var all = view.subvolumes(); all.advance(); ) {
                SubvolumeInfo info = all.current();
                if (info.path().startsWith(prefix) && !info.id().equals(top.info().id())) {
                    String relative = info.path().substring(prefix.length());
                    members.put(relative, readOnly(info, info.path()));
                }
            }
        }
        return members;
    }

    /// Streams have no nesting: `docs.1/a/b` arrives as `docs.1.a.b` beside `docs.1`.
    private FileName name(PoolPath path, Map.Entry<String, FileTree> member) throws IOException {
        FileName name = path.name();
        if (!member.getKey().isEmpty()) {
            String nested = name + "." + member.getKey().replace('/', '.');
            byte[] bytes = nested.getBytes(StandardCharsets.UTF_8);
            if (!FileName.isValid(bytes)) {
                throw new FileSystemException(
                        member.getValue().info().path(), null, "its name would be too long");
            }
            name = FileName.of(bytes);
        }
        if (call.has("-R") && !names.add(name)) {
            throw new FileSystemException(
                    member.getValue().info().path(),
                    null,
                    "two subvolumes would arrive as " + name + "; send them one by one");
        }
        return name;
    }

    /// The clone source to start from: what this is a snapshot of, or else the sibling nearest in
    /// age.
    private FileTree nearest(FileTree tree, PoolPath path) throws IOException {
        SubvolumeInfo info = tree.info();
        return receiverHas.stream()
                .filter(source -> isRelative(source.info(), info))
                .min(
                        Comparator.comparingLong(source ->
                                Math.abs(
                                        source.info().createdGeneration()
                                                - info.createdGeneration())))
                .orElseThrow(() ->
                        new FileSystemException(
                                path.toString(),
                                null,
                                "no clone source is a relative of it;" + " name a parent with -p"));
    }

    private static boolean isRelative(SubvolumeInfo source, SubvolumeInfo info) {
        return info.parentUuid().isPresent()
                && (info.parentUuid().get().equals(source.uuid())
                        || info.parentUuid().equals(source.parentUuid()));
    }
}
