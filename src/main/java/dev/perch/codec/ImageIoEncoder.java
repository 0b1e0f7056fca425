package dev.perch.codec;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.PixelFormat;
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

/** Encodes YUYV pictures by Java's own JPEG writer: several times slower than libturbojpeg, but there wherever Java is. */
final class ImageIoEncoder implements JpegEncoder {
    private final int width;
    private final int height;
    private final Lease lease;
    private final BufferedImage image;
    private final byte[] row;
    private final ImageWriter writer;
    private final ImageWriteParam quality;

    /** @throws CaptureException when the format is another than YUYV, memory is short, or this Java has no JPEG writer */
    ImageIoEncoder(String camera, RawPicture like, int quality, ArenaPool arenas) throws CaptureException {
        if (like.format() != PixelFormat.YUYV || like.width() % 2 != 0) {
            throw new CaptureException(
                    Kind.UNSUPPORTED,
                    "Pictures of " + like.format() + " " + like.width() + "x" + like.height() + " cannot become JPEG.");
        }
        this.width = like.width();
        this.height = like.height();
        try {
            // the picture in RGB and the image made of it
            this.lease =
                    arenas.budget().lease(camera + " JPEG encoder", 4L * width * height, "cameras." + camera + ".size");
        } catch (BudgetExceededException full) {
            throw new CaptureException(Kind.NO_ROOM, String.valueOf(full.getMessage()), full);
        }
        this.image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        this.row = new byte[2 * width];
        var writers = ImageIO.getImageWritersByFormatName("jpeg");
        if (!writers.hasNext()) {
            lease.close();
            throw new CaptureException(
                    Kind.UNSUPPORTED, "This Java has no JPEG writer; libturbojpeg would do: apt install libturbojpeg0");
        }
        this.writer = writers.next();
        this.quality = writer.getDefaultWriteParam();
        this.quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        this.quality.setCompressionQuality(quality / 100f);
    }

    @Override
    public boolean fits(RawPicture picture) {
        return picture.format() == PixelFormat.YUYV && picture.width() == width && picture.height() == height;
    }

    @Override
    public ByteBuffer encode(RawPicture picture) throws CaptureException {
        paint(picture);
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
        ByteBuffer pixels = picture.pixels();
        boolean full = picture.fullRange();
        for (int y = 0; y < height; y++) {
            pixels.get(y * picture.bytesPerLine(), row);
            for (int x = 0; x < width; x += 2) {
                int cb = (row[2 * x + 1] & 0xff) - 128;
                int cr = (row[2 * x + 3] & 0xff) - 128;
                pixel(bgr, 3 * (y * width + x), row[2 * x] & 0xff, cb, cr, full);
                pixel(bgr, 3 * (y * width + x + 1), row[2 * x + 2] & 0xff, cb, cr, full);
            }
        }
    }

    /** ITU-R BT.601 to RGB, in 16 bits of fraction. */
    private static void pixel(byte[] bgr, int at, int luma, int cb, int cr, boolean full) {
        int y = full ? luma << 16 : (luma - 16) * 76309; // 255/219
        int red = full ? 91881 : 104597; // 1.402, with 255/224 of it
        int greenCb = full ? 22554 : 25675; // 0.344136
        int greenCr = full ? 46802 : 53279; // 0.714136
        int blue = full ? 116130 : 132201; // 1.772
        bgr[at] = clamp(y + blue * cb);
        bgr[at + 1] = clamp(y - greenCb * cb - greenCr * cr);
        bgr[at + 2] = clamp(y + red * cr);
    }

    private static byte clamp(int fixedPoint) {
        int value = (fixedPoint + 32768) >> 16;
        return (byte) Math.max(0, Math.min(255, value));
    }

    @Override
    public void close() {
        writer.dispose();
        lease.close();
    }
}
