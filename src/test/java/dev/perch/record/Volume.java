package dev.perch.record;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import dev.perch.guest.Guest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A disk inside the guest whose power can be cut and whose writes can be slowed: ext4 on device-mapper on a loop device on a file in memory. */
final class Volume implements AutoCloseable {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final int SECTOR_BYTES = 512;
    private static boolean loaded; // the tests of a guest run one after the other

    private final String name;
    private final Path file;
    private final String loop;
    private final long sectors;
    private final Path folder;
    private String device = "";

    private Volume(String name, Path file, String loop, long sectors) throws IOException {
        this.name = name;
        this.file = file;
        this.loop = loop;
        this.sectors = sectors;
        this.folder = Files.createDirectories(Path.of("/run/perch-" + name));
    }

    /** Makes a disk of this size and mounts it. */
    static Volume of(String name, int megabytes) throws Exception {
        return of(name, megabytes, List.of(), List.of());
    }

    /** Makes a disk with quotas for users. */
    static Volume limited(String name, int megabytes) throws Exception {
        return of(name, megabytes, List.of("-O", "quota", "-E", "quotatype=usrquota"), List.of("-o", "usrquota"));
    }

    private static Volume of(String name, int megabytes, List<String> made, List<String> mounted) throws Exception {
        load();
        Path file = MEMORY.resolve(name + ".img");
        try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
            image.setLength((long) megabytes << 20);
        }
        String loop = Guest.run("losetup", "-f", "--show", file.toString()).strip();
        Volume volume = new Volume(name, file, loop, ((long) megabytes << 20) / SECTOR_BYTES);
        Guest.run("dmsetup", "create", name, "--noudevsync", "--noudevrules", "--table", volume.plain());
        String minor = Guest.run("dmsetup", "info", "-c", "--noheadings", "-o", "minor", name);
        String device = "/dev/dm-" + minor.strip(); // devtmpfs has no other names
        Guest.run(words(List.of(List.of("mkfs.ext4", "-q", "-F"), made, List.of(device))));
        Guest.run(words(List.of(List.of("mount"), mounted, List.of(device, volume.folder.toString()))));
        volume.device = device;
        return volume;
    }

    private static String[] words(List<List<String>> parts) {
        return parts.stream().flatMap(List::stream).toArray(String[]::new);
    }

    /** Sets a quota for root by quotactl(2), as setquota does. It binds the threads without CAP_SYS_RESOURCE. */
    void quota(int kilobytes) {
        int blockLimits = 1; // QIF_BLIMITS
        Memory limits = new Memory(72); // struct if_dqblk
        limits.clear();
        limits.setLong(0, kilobytes);
        limits.setLong(8, kilobytes);
        limits.setInt(64, blockLimits);
        int setUsersQuota = 0x800008 << 8; // QCMD(Q_SETQUOTA, USRQUOTA)
        NativeLibrary.getInstance("c")
                .getFunction("quotactl", Function.THROW_LAST_ERROR)
                .invokeInt(new Object[] {setUsersQuota, device, /* id= */ 0, limits});
    }

    private static synchronized void load() throws Exception {
        if (!loaded) {
            for (String module : Files.readAllLines(Path.of("/guest-mods/order.disk"))) {
                Guest.run("insmod", "/guest-mods/" + module);
            }
            loaded = true;
        }
    }

    private String plain() {
        return "0 " + sectors + " linear " + loop + " 0";
    }

    Path folder() {
        return folder;
    }

    /** Delays each write by this time. */
    void slow(int millis) throws Exception {
        String slow = "0 " + sectors + " delay " + loop + " 0 0 " + loop + " 0 " + millis;
        Guest.run("dmsetup", "reload", "--noudevsync", "--noudevrules", name, "--table", millis == 0 ? plain() : slow);
        Guest.run("dmsetup", "suspend", "--nolockfs", "--noudevsync", name);
        Guest.run("dmsetup", "resume", "--noudevsync", "--noudevrules", name);
    }

    /** Cuts the power and returns the disk as the cut leaves it: pending writes are lost, and the file system is not told. */
    Path cut() throws Exception {
        Path image = MEMORY.resolve(name + "-cut.img");
        Guest.run("dmsetup", "suspend", "--nolockfs", "--noflush", "--noudevsync", name);
        Files.copy(file, image, StandardCopyOption.REPLACE_EXISTING);
        Guest.run("dmsetup", "resume", "--noudevsync", "--noudevrules", name);
        return image;
    }

    /** Takes the disk away while files on it are open. */
    void vanish() throws Exception {
        Guest.run("umount", "-l", folder.toString());
    }

    @Override
    public void close() throws IOException {
        try {
            new ProcessBuilder("umount", "-l", folder.toString()).start().waitFor();
            new ProcessBuilder("dmsetup", "remove", "--retry", "--noudevsync", "--noudevrules", name)
                    .start()
                    .waitFor();
            new ProcessBuilder("losetup", "-d", loop).start().waitFor();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(file);
    }
}
