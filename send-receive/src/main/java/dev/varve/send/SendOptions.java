package dev.varve.send;

/// How streams are written.
///
/// @param protocol version of the stream, 1 or 2
/// @param withoutData name the changed ranges instead of carrying their bytes; such a stream can be
///   looked at, not received
/// @param compressedData send data as zstd frames where that is smaller: as it is stored where the
///   kernel can take that, otherwise compressed anew; needs protocol 2
/// @param oneStream put all subvolumes between one header and one end, as `btrfs send -e` does;
///   otherwise each has its own
public record SendOptions(
        int protocol, boolean withoutData, boolean compressedData, boolean oneStream) {

    public static final int OLDEST_PROTOCOL = 1;
    public static final int NEWEST_PROTOCOL = 2;

    public SendOptions {
        if (protocol < OLDEST_PROTOCOL || protocol > NEWEST_PROTOCOL) {
            throw new IllegalArgumentException(
                    "send protocol %d; this program writes %d and %d"
                            .formatted(protocol, OLDEST_PROTOCOL, NEWEST_PROTOCOL));
        }
        if (compressedData && protocol == 1) {
            throw new IllegalArgumentException("compressed data needs send protocol 2");
        }
    }

    /// Plain data, one stream for each subvolume.
    public static SendOptions ofProtocol(int protocol) {
        return new SendOptions(protocol, false, false, false);
    }

    public SendOptions withCompressedData() {
        return new SendOptions(protocol, withoutData, true, oneStream);
    }

    public SendOptions withoutCompressedData() {
        return new SendOptions(protocol, withoutData, false, oneStream);
    }

    public SendOptions withNoData() {
        return new SendOptions(protocol, true, compressedData, oneStream);
    }

    public SendOptions withOneStream() {
        return new SendOptions(protocol, withoutData, compressedData, true);
    }

    boolean hasVersion2() {
        return protocol >= 2;
    }
}
