package dev.varve.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ModesTest {
    @Test
    void modesReadAsInLs() {
        assertEquals("drwxr-xr-x", Modes.text(0040755));
        assertEquals("-rwsr-Sr-t", Modes.text(0107745));
        assertEquals("lrwxrwxrwx", Modes.text(0120777));
        assertEquals("crw-rw---T", Modes.text(0021660));
        assertEquals("4755", Modes.octal(04755));
    }

    @Test
    void deviceNumbersAreTakenApartAsTheKernelPutsThemTogether() {
        long rdev = (0x12345 & 0xff) | (0x6a << 8) | ((0x12345L & ~0xffL) << 12);

        assertEquals(0x6a, Modes.major(rdev));
        assertEquals(0x12345, Modes.minor(rdev));
    }
}
