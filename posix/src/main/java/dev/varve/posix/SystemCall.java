package dev.varve.posix;

/// The system calls in use, with their numbers on x86-64 (`arch/x86/entry/syscalls/syscall_64.tbl`)
/// and on aarch64 (`include/uapi/asm-generic/unistd.h`).
public enum SystemCall {
    READ(0, 63),
    WRITE(1, 64),
    CLOSE(3, 57),
    LSEEK(8, 62),
    IOCTL(16, 29),
    PREAD64(17, 67),
    PWRITE64(18, 68),
    WRITEV(20, 66),
    FLOCK(73, 32),
    FSYNC(74, 82),
    FDATASYNC(75, 83),
    FTRUNCATE(77, 46),
    FCHMOD(91, 52),
    FCHOWN(93, 55),
    GETEUID(107, 175),
    MOUNT(165, 40),
    UMOUNT2(166, 39),
    LSETXATTR(189, 6),
    FSETXATTR(190, 7),
    LGETXATTR(192, 9),
    FGETXATTR(193, 10),
    LLISTXATTR(195, 12),
    FLISTXATTR(196, 13),
    LREMOVEXATTR(198, 15),
    FREMOVEXATTR(199, 16),
    GETDENTS64(217, 61),
    FADVISE64(221, 223),
    OPENAT(257, 56),
    MKDIRAT(258, 34),
    MKNODAT(259, 33),
    FCHOWNAT(260, 54),
    UNLINKAT(263, 35),
    LINKAT(265, 37),
    SYMLINKAT(266, 36),
    READLINKAT(267, 78),
    FCHMODAT(268, 53),
    UTIMENSAT(280, 88),
    FALLOCATE(285, 47),
    PRLIMIT64(302, 261),
    SYNCFS(306, 267),
    RENAMEAT2(316, 276),
    COPY_FILE_RANGE(326, 285),
    STATX(332, 291),
    OPENAT2(437, 437);

    private final int x86Number;
    private final int armNumber;

    SystemCall(int x86Number, int armNumber) {
        this.x86Number = x86Number;
        this.armNumber = armNumber;
    }

    int number(boolean arm) {
        return arm ? armNumber : x86Number;
    }
}
