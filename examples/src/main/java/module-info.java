/// Programs that use Varve as a library, through its exported packages only.
module dev.varve.examples {
    requires static transitive org.jspecify;
    requires dev.varve.engine;
    requires dev.varve.sendreceive;
}
