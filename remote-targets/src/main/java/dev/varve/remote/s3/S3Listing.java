package dev.varve.remote.s3;

import dev.varve.engine.model.Scan;
import dev.varve.engine.store.ObjectName;
import dev.varve.engine.store.StoredObject;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Walks a listing page by page.
final class S3Listing implements Scan<StoredObject> {
    /// Asks for a page.
    interface Pages {
        ListObjectsV2Response page(@Nullable String continuation) throws IOException;
    }

    private final int prefixLength;
    private final Pages pages;
    private Iterator<S3Object> page = List.<S3Object>of().iterator();
    private @Nullable String continuation;
    private boolean isLast;
    private @Nullable StoredObject current;

    S3Listing(S3Location location, Pages pages) {
        this.prefixLength = location.prefix().length();
        this.pages = pages;
    }

    @Override
    public boolean advance() throws IOException {
        current = null;
        while (true) {
            while (page.hasNext()) {
                S3Object object = page.next();
                String name = object.key().substring(prefixLength);
                // A stranger's objects are none of ours.
                if (ObjectName.isValid(name)) {
                    current = new StoredObject(name, object.size());
                    return true;
                }
            }
            if (isLast) {
                return false;
            }
            ListObjectsV2Response next = pages.page(continuation);
            page = next.contents().iterator();
            continuation = next.nextContinuationToken();
            isLast = continuation == null || !Boolean.TRUE.equals(next.isTruncated());
        }
    }

    @Override
    public StoredObject current() {
        StoredObject object = current;
        if (object == null) {
            throw new IllegalStateException("no current object");
        }
        return object;
    }
}
