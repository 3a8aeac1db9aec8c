package dev.varve.posix;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Locale;

/// The one way into the kernel: libc's `syscall` with up to six longs. One call shape for all
/// calls, because every further shape costs milliseconds at start-up.
public final class Kernel {
    private static final long RLIMIT_NOFILE = 7;

    private Kernel() {}

    /// Whether this machine can make the calls at all; touches nothing native.
    public static boolean isSupported() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        return os.startsWith("linux") && (isArm() || architecture().matches("amd64|x86_64"));
    }

    /// The effective user.
    public static long effectiveUserId() {
        return call(SystemCall.GETEUID, 0, 0, 0);
    }

    /// How many files this process may have open at once.
    public static long openFilesLimit() {
        Scratch scratch = Scratch.get();
        long error = call(SystemCall.PRLIMIT64, 0, RLIMIT_NOFILE, 0, scratch.struct.address(), 0);
        long limit = error < 0 ? 0 : scratch.structWords(1)[0];
        return limit < 0 ? Long.MAX_VALUE : limit; // RLIM_INFINITY is all ones
    }

    /// Makes a call of up to three arguments; pointers are native addresses.
    ///
    /// @return the result, or the negative errno
    /// @throws UnsupportedOperationException on anything but 64-bit Linux
    public static long call(SystemCall call, long a, long b, long c) {
        return call(call, a, b, c, 0, 0);
    }

    /// Makes a call of up to five arguments.
    // A method handle declares Throwable; this one throws nothing that must be caught.
    @SuppressWarnings("checkstyle:regexpsingleline")
    public static long call(SystemCall call, long a, long b, long c, long d, long e) {
        MemorySegment state = Scratch.get().callState;
        long number = call.number(Native.ARM);
        try {
            long result;
            do {
                result = (long) Native.SYSCALL.invokeExact(state, number, a, b, c, d, e, 0L);
            } while (result == -1 && isRepeated(call, state));
            return result == -1 ? -errno(state) : result;
        } catch (RuntimeException | Error problem) {
            throw problem;
        } catch (Throwable problem) {
            throw new AssertionError(problem);
        }
    }

    /// The six arguments of a call.
    record Arguments(long a, long b, long c, long d, long e, long f) {}

    /// Makes a call of six arguments.
    @SuppressWarnings("checkstyle:regexpsingleline")
    static long call(SystemCall call, Arguments x) {
        MemorySegment state = Scratch.get().callState;
        long number = call.number(Native.ARM);
        try {
            long result;
            do {
                result =
                        (long)
                                Native.SYSCALL.invokeExact(
                                        state, number, x.a, x.b, x.c, x.d, x.e, x.f);
            } while (result == -1 && isRepeated(call, state));
            return result == -1 ? -errno(state) : result;
        } catch (RuntimeException | Error problem) {
            throw problem;
        } catch (Throwable problem) {
            throw new AssertionError(problem);
        }
    }

    // An interrupted close has closed.
    private static boolean isRepeated(SystemCall call, MemorySegment state) {
        return errno(state) == Errno.EINTR && call != SystemCall.CLOSE;
    }

    private static int errno(MemorySegment state) {
        return (int) Native.ERRNO.get(state, 0L);
    }

    static void requireSupported() {
        if (!isSupported()) {
            throw new UnsupportedOperationException(
                    "this needs Linux on x86-64 or aarch64, not "
                            + System.getProperty("os.name")
                            + " on "
                            + architecture());
        }
    }

    static boolean isArm() {
        return architecture().equals("aarch64");
    }

    private static String architecture() {
        return System.getProperty("os.arch", "");
    }

    /// Loaded by the first call.
    static final class Native {
        static final boolean ARM = isArm();
        static final MemoryLayout STATE = Linker.Option.captureStateLayout();
        static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
        static final MethodHandle SYSCALL = bind();

        private Native() {}

        @SuppressWarnings("restricted")
        private static MethodHandle bind() {
            Linker linker = Linker.nativeLinker();
            ValueLayout.OfLong j = ValueLayout.JAVA_LONG;
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("syscall"),
                    FunctionDescriptor.of(j, j, j, j, j, j, j, j),
                    Linker.Option.captureCallState("errno"),
                    Linker.Option.firstVariadicArg(1));
        }
    }
}
