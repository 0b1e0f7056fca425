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
