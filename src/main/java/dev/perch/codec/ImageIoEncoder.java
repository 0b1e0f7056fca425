package dev.perch.codec;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.RawPicture;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Encodes pictures by Java's own JPEG writer: several times slower than libturbojpeg, but available wherever Java is. */
final class ImageIoEncoder implements JpegEncoder {
    private final int width;
    private final int height;
    private final Lease lease;
    private final BufferedImage image;
    private final YcbcrPlanes samples;
    private final byte[] planes;
    private final ImageWriter writer;
    private final ImageWriteParam quality;

    /**
     * Creates an encoder.
     *
     * @throws CaptureException if the format has no such planes, memory is short, or this Java has no JPEG writer
     */
    ImageIoEncoder(String camera, RawPicture like, int quality, ArenaPool arenas) throws CaptureException {
        this.width = like.width();
        this.height = like.height();
        this.samples = new YcbcrPlanes(like);
        try {
            // the planes, the picture in RGB, and the image made from it
            long bytes = samples.sizeBytes() + 4L * width * height;
            this.lease = arenas.budget().lease(camera + " JPEG encoder", bytes, "cameras." + camera + ".size");
        } catch (BudgetExceededException full) {
            throw new CaptureException(Kind.NO_ROOM, String.valueOf(full.getMessage()), full);
        }
        this.image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        this.planes = new byte[samples.sizeBytes()];
        var writers = ImageIO.getImageWritersByFormatName("jpeg");
        if (!writers.hasNext()) {
            lease.close();
            throw new CaptureException(
                    Kind.UNSUPPORTED,
                    "This Java has no JPEG writer; libturbojpeg would do: apt install libturbojpeg0.");
        }
        this.writer = writers.next();
        this.quality = writer.getDefaultWriteParam();
        this.quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        this.quality.setCompressionQuality(quality / 100f);
    }

    @Override
    public boolean fits(RawPicture picture) {
        return samples.fits(picture);
    }

    @Override
    public void read(RawPicture picture) {
        paint(picture);
    }

    @Override
    public ByteBuffer encode() throws CaptureException {
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream(width * height / 4);
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(jpeg)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), quality);
        } catch (IOException impossible) {
            throw new CaptureException(Kind.FAULT, "Java's JPEG writer failed.", impossible);
        } finally {
            writer.setOutput(null);
        }
        return ByteBuffer.wrap(jpeg.toByteArray());
    }

    private void paint(RawPicture picture) {
        byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        samples.split(picture, ByteBuffer.wrap(planes));
        int chromaWidth = samples.chromaWidth();
        for (int y = 0; y < height; y++) {
            int chroma = y / samples.rowsPerChromaRow() * chromaWidth;
            for (int x = 0; x < width; x++) {
                int cb = chromaWidth == 0 ? 0 : (planes[samples.cbOffset() + chroma + x / 2] & 0xff) - 128;
                int cr = chromaWidth == 0 ? 0 : (planes[samples.crOffset() + chroma + x / 2] & 0xff) - 128;
                pixel(bgr, 3 * (y * width + x), planes[y * width + x] & 0xff, cb, cr);
            }
        }
    }

    /** Converts a pixel to RGB by ITU-T T.871 §7, with 16 bits of fraction. */
    private static void pixel(byte[] bgr, int at, int luma, int cb, int cr) {
        int y = luma << 16;
        bgr[at] = clamp(y + 116130 * cb); // 1.772
        bgr[at + 1] = clamp(y - 22554 * cb - 46802 * cr); // 0.344136, 0.714136
        bgr[at + 2] = clamp(y + 91881 * cr); // 1.402
    }

    private static byte clamp(int fixedPoint) {
        int value = (fixedPoint + 32768) >> 16;
        return (byte) Math.max(0, Math.min(255, value));
    }

    @Override
    public String name() {
        return "ImageIO";
    }

    @Override
    public void close() {
        writer.dispose();
        lease.close();
    }
}
