package dev.varve.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class KernelTest {
    @Test
    @EnabledOnOs(OS.LINUX)
    void theUserIsTheOneThatIdTells() throws Exception {
        assertEquals(Shell.run(Path.of("/"), "id -u"), "" + Kernel.effectiveUserId());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theLimitOfOpenFilesIsTheOneInProc() throws Exception {
        String soft = "awk '/^Max open files/ { print $4 }' /proc/" + ProcessHandle.current().pid();
        assertEquals(Shell.run(Path.of("/"), soft + "/limits"), "" + Kernel.openFilesLimit());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void errorsComeBackNegative() {
        assertEquals(-Errno.EBADF, Kernel.call(SystemCall.FSYNC, -1, 0, 0));
    }

    @Test
    void noTwoCallsShareANumber() {
        for (boolean arm : new boolean[] {false, true}) {
            Set<Integer> numbers = new HashSet<>();
            for (SystemCall call : SystemCall.values()) {
                assertTrue(numbers.add(call.number(arm)), call.name());
            }
        }
    }

    @Test
    @DisabledOnOs(OS.LINUX)
    void otherSystemsAreToldWhatIsMissing() {
        assertThrows(UnsupportedOperationException.class, Kernel::effectiveUserId);
    }
}
