package dev.perch.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The machine's disk, whose writes the test can delay or make fail, and which counts what was written. */
final class ScriptedDisk implements Disk {
    private volatile @Nullable CountDownLatch held;
    private volatile @Nullable CountDownLatch syncsHeld;
    private volatile long forcedBytes;
    private volatile @Nullable IOException failure;
    private volatile Space space = new Space(1_000_000_000_000L, 900_000_000_000L);
    private volatile Consumer<Path> written = path -> {};
    final List<Path> deleted = new ArrayList<>();
    private final Map<Path, Path> renamed = new ConcurrentHashMap<>();

    /** Makes writes wait. */
    void hold() {
        held = new CountDownLatch(1);
    }

    /** Lets writes go on. */
    void release() {
        CountDownLatch latch = held;
        held = null;
        if (latch != null) {
            latch.countDown();
        }
    }

    /** Makes each force wait until the latch opens. */
    void holdSyncs(CountDownLatch latch) {
        syncsHeld = latch;
    }

    /** Returns the size of the file that was forced last, at that time. */
    long forcedBytes() {
        return forcedBytes;
    }

    /** Makes writes fail; null makes them succeed again. */
    void fail(@Nullable IOException reason) {
        failure = reason;
    }

    /** Sets the free space. */
    void space(long totalBytes, long freeBytes) {
        space = new Space(totalBytes, freeBytes);
    }

    /** Calls {@code after} after each write. */
    void written(Consumer<Path> after) {
        written = after;
    }

    @Override
    public FileChannel create(Path file) throws IOException {
        return new Channel(file, Disk.SYSTEM.create(file));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Disk.SYSTEM.rename(from, to);
        renamed.put(from, to);
    }

    @Override
    public FileChannel open(Path file) throws IOException {
        return new Channel(file, Disk.SYSTEM.open(file));
    }

    @Override
    public void delete(Path file) throws IOException {
        space = new Space(space.totalBytes(), space.freeBytes() + Files.size(file));
        deleted.add(file);
        Disk.SYSTEM.delete(file);
    }

    @Override
    public Space space(Path folder) {
        return space;
    }

    private void before() throws IOException {
        await(held);
        IOException reason = failure;
        if (reason != null) {
            throw reason;
        }
    }

    private static void await(@Nullable CountDownLatch latch) {
        if (latch != null) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private final class Channel extends FileChannel {
        private final Path path;
        private final FileChannel file;

        Channel(Path path, FileChannel file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            before();
            int count = file.write(source);
            written.accept(renamed.getOrDefault(path, path));
            return count;
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
            before();
            long count = file.write(sources, offset, length);
            written.accept(renamed.getOrDefault(path, path));
            return count;
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            before();
            int count = file.write(source, position);
            written.accept(renamed.getOrDefault(path, path));
            return count;
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            before();
            file.truncate(size);
            written.accept(renamed.getOrDefault(path, path));
            return this;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            before();
            await(syncsHeld);
            long size = file.size();
            file.force(metaData);
            forcedBytes = size;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return file.read(target);
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
            return file.read(targets, offset, length);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public FileChannel position(long newPosition) throws IOException {
            file.position(newPosition);
            return this;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
            return file.transferTo(position, count, target);
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
            return file.transferFrom(source, position, count);
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
            return file.map(mode, position, size);
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) throws IOException {
            return file.lock(position, size, shared);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }
    }
}
