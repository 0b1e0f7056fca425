"""Makes what cameras do to JPEG images, from the images that corpus/make has made."""
import subprocess
import sys
from pathlib import Path

work = Path(sys.argv[1])
jpeg = Path("jpeg")


def segments(image):
    """Yields (marker, whole segment) up to SOS, then ("rest", everything else)."""
    yield 0xD8, image[:2]
    at = 2
    while image[at + 1] != 0xDA:
        length = 2 + int.from_bytes(image[at + 2 : at + 4], "big")
        yield image[at + 1], image[at : at + length]
        at += length
    yield "rest", image[at:]


def without_tables(image):
    """As MJPEG cameras send it: no DHT, an AVI1 APP0."""
    avi1 = bytes.fromhex("ffe00021") + b"AVI1" + bytes(27)
    kept = b"".join(part for marker, part in segments(image) if marker not in (0xC4, 0xD8, 0xE0))
    return image[:2] + avi1 + kept


for name in ("ffmpeg-420-default", "turbo-422", "turbo-grayscale"):
    (jpeg / f"no-dht-{name}.jpg").write_bytes(without_tables((jpeg / f"{name}.jpg").read_bytes()))

# An EXIF APP1 with a thumbnail, written by exiftool.
thumbnail = work / "thumbnail.jpg"
subprocess.run(
    f"djpeg -scale 1/2 jpeg/turbo-420.jpg | cjpeg -quality 30 -outfile {thumbnail}", shell=True, check=True
)
exif = work / "exif.jpg"
exif.write_bytes((jpeg / "turbo-420.jpg").read_bytes())
subprocess.run(
    ["exiftool", "-q", "-overwrite_original", "-Make=Perch", "-Orientation#=6", str(exif)], check=True
)
(jpeg / "exif-orientation.jpg").write_bytes(exif.read_bytes())
subprocess.run(["exiftool", "-q", "-overwrite_original", f"-ThumbnailImage<={thumbnail}", str(exif)], check=True)
(jpeg / "exif-thumbnail.jpg").write_bytes(exif.read_bytes())

turbo = (jpeg / "turbo-420.jpg").read_bytes()
(jpeg / "padded-zeros.jpg").write_bytes(turbo + bytes(1000))
(jpeg / "padded-garbage.jpg").write_bytes(turbo + turbo[600:1600] + b"\xff\xd9")
(jpeg / "fill-bytes.jpg").write_bytes(b"".join(
    (b"" if marker in (0xD8, "rest") else b"\xff\xff") + part for marker, part in segments(turbo)))


def segment(marker, payload):
    return bytes([0xFF, marker]) + (len(payload) + 2).to_bytes(2, "big") + payload


def wide_tables(image):
    """Quantization tables of 16 bits (Pq 1), which only an extended frame (SOF1) may have."""
    for marker, part in segments(image):
        if marker == 0xDB:
            tables, written = part[4:], b""
            while tables:
                written += bytes([tables[0] | 0x10]) + b"".join(bytes([0, each]) for each in tables[1:65])
                tables = tables[65:]
            part = segment(0xDB, written)
        yield b"\xff\xc1" + part[2:] if marker == 0xC0 else part


(jpeg / "comment-markers.jpg").write_bytes(
    turbo[:2] + segment(0xFE, b"\xff\xd8\xff\xd9 text \xff\xda\xff\xd8\xff\xd9") + turbo[2:])
(jpeg / "quant-16-bits.jpg").write_bytes(b"".join(wide_tables(turbo)))
(jpeg / "padded-ones.jpg").write_bytes(turbo + b"\xff" * 500)
