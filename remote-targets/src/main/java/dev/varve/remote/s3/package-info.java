/// The engine's store port over a bucket. Entry: [dev.varve.remote.s3.S3Stores]. The one importer
/// of the AWS SDK; may import only the engine's `store` and `model`.
@NullMarked
package dev.varve.remote.s3;

import org.jspecify.annotations.NullMarked;
