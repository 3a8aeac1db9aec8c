package dev.varve.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.varve.engine.model.Timestamp;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class TimesTest {
    private static final Timestamp TIME =
            new Timestamp(Instant.parse("2026-01-03T05:08:07Z").getEpochSecond(), 12);

    @Test
    void timesReadAsInBtrfsProgsAndCoreutils() {
        ZoneId zone = ZoneOffset.ofHoursMinutes(-3, -30);

        assertEquals("2026-01-03 01:38:07", Times.plain(TIME, zone));
        assertEquals("2026-01-03 01:38:07 -0330", Times.zoned(TIME, zone));
        assertEquals("2026-01-03 05:08:07.000000012 +0000", Times.exact(TIME, ZoneOffset.UTC));
        assertEquals("20260103T050807Z", Times.stamp(TIME.toInstant()));
    }

    @Test
    void timesBeyondTheCalendarDoNotFail() {
        Timestamp far = new Timestamp(Long.MAX_VALUE, 0);

        assertEquals("@9223372036854775807", Times.plain(far, ZoneOffset.UTC));
    }
}
