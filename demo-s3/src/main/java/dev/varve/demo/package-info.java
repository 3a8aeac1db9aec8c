/// An S3 server for trials, in a process and on a class path of its own: nothing else of Varve sees
/// it. Entry: [dev.varve.demo.LocalS3Server]. May import nothing of ours.
@NullMarked
package dev.varve.demo;

import org.jspecify.annotations.NullMarked;
