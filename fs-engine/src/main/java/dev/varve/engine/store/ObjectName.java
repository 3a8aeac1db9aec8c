package dev.varve.engine.store;

/// What a name in a store may look like. Every implementation checks with this, so that a pool made
/// on one medium can be copied to any other.
public final class ObjectName {
    /// The longest name, which every medium takes.
    public static final int MAX_LENGTH = 200;

    /// First components that name no object: a medium's own files stand there.
    static final String TEMPORARY = "tmp";

    static final String LOCK = "lock";

    private ObjectName() {}

    /// Whether this may name an object: components of `[a-z0-9._-]`, none empty or starting with a
    /// dot, separated by `/`; the first neither `tmp` nor `lock`.
    public static boolean isValid(String name) {
        return !name.isEmpty() && isPrefix(name) && !name.endsWith("/") && !isReserved(name);
    }

    /// Whether the first component is one that a medium keeps for itself.
    static boolean isReserved(String name) {
        String first = name.split("/", 2)[0];
        return first.equals(TEMPORARY) || first.equals(LOCK);
    }

    /// Whether objects may have names that start with this; the empty prefix is every object's.
    public static boolean isPrefix(String prefix) {
        if (prefix.length() > MAX_LENGTH) {
            return false;
        }
        char before = '/';
        for (int i = 0; i < prefix.length(); i++) {
            char c = prefix.charAt(i);
            boolean starts = before == '/';
            if (!isLetter(c) && (starts || (c != '/' && c != '.'))) {
                return false;
            }
            before = c;
        }
        return true;
    }

    /// Fails on what is no name.
    ///
    /// @return the name
    /// @throws IllegalArgumentException if it is not valid
    public static String requireValid(String name) {
        if (!isValid(name)) {
            throw new IllegalArgumentException("not an object name: '" + name + "'");
        }
        return name;
    }

    /// Fails on what no name starts with.
    ///
    /// @return the prefix
    /// @throws IllegalArgumentException if it is not valid
    public static String requirePrefix(String prefix) {
        if (!isPrefix(prefix)) {
            throw new IllegalArgumentException("not a prefix of object names: '" + prefix + "'");
        }
        return prefix;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }
}
