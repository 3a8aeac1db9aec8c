package dev.varve.tar;

import dev.varve.engine.model.FileType;
import dev.varve.engine.model.Timestamp;
import dev.varve.engine.model.XattrName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/// One member of an archive, header and pax records put together.
///
/// @param path as it stands in the archive
/// @param link the target of a symbolic link, or the path of a hard link's first name
/// @param type empty for a hard link
/// @param sizeBytes of the file
/// @param rdev as in [dev.varve.engine.model.Inode#rdev]
/// @param xattrs may be added to
/// @param acls the texts of those that are not among the xattrs
/// @param pieces where the archived bytes belong; one piece unless the file is sparse
record TarEntry(
        byte[] path,
        byte[] link,
        Optional<FileType> type,
        int permissions,
        long uid,
        long gid,
        long sizeBytes,
        long rdev,
        Timestamp modifyTime,
        Optional<Timestamp> accessTime,
        Optional<Timestamp> changeTime,
        SortedMap<XattrName, byte[]> xattrs,
        Map<PosixAcl.Kind, String> acls,
        List<Piece> pieces) {

    /// A run of archived bytes in the file.
    record Piece(long offset, long length) {}
}
