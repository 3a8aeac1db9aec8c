package dev.varve.engine.model;

/// How far a scrub is, or how it ended.
///
/// @param run the pool's scrubs are counted from 1
/// @param state as last written; whether a running one still lives, [#updated] tells
/// @param updated when this was written
/// @param elapsedMillis time spent, pauses left out
/// @param totalBytes to read in all
/// @param doneBytes read so far
/// @param objects pack objects verified
/// @param blocks blocks verified
/// @param errors damaged blocks and objects found
/// @param neverVerified pack objects met that no scrub has found sound yet
/// @param oldestVerified when the pack object longest not read, of those met, was last found sound;
///   [Timestamp#EPOCH] if there is none
public record ScrubStatus(
        int run,
        State state,
        Timestamp started,
        Timestamp updated,
        long elapsedMillis,
        ScrubOptions options,
        long totalBytes,
        long doneBytes,
        long objects,
        long blocks,
        long errors,
        long neverVerified,
        Timestamp oldestVerified) {
    /// A running scrub writes its status at least this often.
    public static final int HEARTBEAT_SECONDS = 15;

    /// A running scrub that has not written for so long has died.
    public static final int DEAD_AFTER_SECONDS = 60;

    /// What a scrub is doing.
    public enum State {
        RUNNING,
        FINISHED,
        CANCELLED,
        INTERRUPTED
    }

    /// The state, told of a run that died while it was running as well.
    public State stateAt(Timestamp now) {
        boolean dead = now.seconds() - updated.seconds() > DEAD_AFTER_SECONDS;
        return state == State.RUNNING && dead ? State.INTERRUPTED : state;
    }
}
