/// picocli, compiled here from its own published sources. The published jar holds class files of
/// Java 5, which the JVM keeps out of its AOT cache: reading and verifying them costs each start
/// about 40 ms.
module info.picocli {
    requires static java.sql;

    exports picocli;
}
