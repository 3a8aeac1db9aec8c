package dev.varve.posix;

import org.jspecify.annotations.Nullable;

/// How something was reached, for messages only; joined when somebody asks.
record Trail(@Nullable Trail parent, byte[] name) {
    static Trail of(byte[] path) {
        return new Trail(null, path);
    }

    Trail child(byte[] childName) {
        return new Trail(this, childName);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        appendTo(text);
        return text.toString();
    }

    private void appendTo(StringBuilder text) {
        if (parent != null) {
            parent.appendTo(text);
            if (text.length() > 0 && text.charAt(text.length() - 1) != '/') {
                text.append('/');
            }
        }
        text.append(PosixException.text(name));
    }
}
