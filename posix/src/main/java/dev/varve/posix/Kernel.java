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

    /// Makes a call of up to three arguments; pointers are native addresses.
    ///
    /// @return the result, or the negative errno
    /// @throws UnsupportedOperationException on anything but 64-bit Linux
    public static long call(SystemCall call, long a, long b, long c) {
        return call(call, a, b, c, 0, 0);
    }

    /// Makes a call of up to five arguments.
    public static long call(SystemCall call, long a, long b, long c, long d, long e) {
        return call(call, new Arguments(a, b, c, d, e, 0));
    }

    /// The six arguments of a call.
    record Arguments(long a, long b, long c, long d, long e, long f) {}

    static long call(SystemCall call, Arguments arguments) {
        MemorySegment state = Scratch.get().callState;
        long number = call.number(Native.ARM);
        while (true) {
            long result = Native.call(state, number, arguments);
            if (result != -1) {
                return result;
            }
            int errno = (int) Native.ERRNO.get(state, 0L);
            if (errno != Errno.EINTR || call == SystemCall.CLOSE) {
                return -errno;
            }
        }
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
        private static final MethodHandle SYSCALL = bind();

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

        // A method handle declares Throwable; this one throws nothing that must be caught.
        @SuppressWarnings("checkstyle:regexpsingleline")
        static long call(MemorySegment state, long number, Arguments x) {
            try {
                return (long) SYSCALL.invokeExact(state, number, x.a, x.b, x.c, x.d, x.e, x.f);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        }
    }
}
