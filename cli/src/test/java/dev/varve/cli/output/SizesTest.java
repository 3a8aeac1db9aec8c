package dev.varve.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SizesTest {
    @Test
    void sizesHaveTwoDecimalsAndABinaryUnit() {
        assertEquals("0.00B", Sizes.human(0));
        assertEquals("1023.00B", Sizes.human(1023));
        assertEquals("1.00KiB", Sizes.human(1024));
        assertEquals("1.50MiB", Sizes.human(3 << 19));
        assertEquals("8.00EiB", Sizes.human(Long.MAX_VALUE));
    }

    @Test
    void durationsReadAsClocks() {
        assertEquals("0:07", Sizes.duration(7));
        assertEquals("1:00:09", Sizes.duration(3609));
        assertEquals("1.50 s", Sizes.seconds(1_500_000_000L));
    }

    @Test
    void aProgressLineTellsAmountRateAndTimeLeft() {
        assertEquals(
                "sending: 25%, 1.00GiB of 4.00GiB, 512.00MiB/s, 0:06 left",
                Progress.render("sending", 0, 1L << 30, 4L << 30, 2.0));
        assertEquals(
                "importing: 7 items, 2.00MiB, 1.00MiB/s, 0:02",
                Progress.render("importing", 7, 2 << 20, 0, 2.0));
    }
}
