package dev.standby.store;

import dev.standby.config.ConfigException;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked once for a user and a version. */
final class PostgresBinaries {
  private PostgresBinaries() {}

  /** The folder with {@code bin/}; unpacks it if it is not there. */
  static Path unpack() throws IOException {
    return unpack(archive());
  }

  /** As {@link #unpack()}, of that archive. Synchronized, as a file's lock is a process's. */
  static synchronized Path unpack(byte[] archive) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(archive);
    Path cache = Path.of(System.getProperty("user.home"), ".cache", "standby");
    Files.createDirectories(cache);
    Path folder = cache.resolve("postgres-" + Long.toHexString(checksum.getValue()));
    Path complete = folder.resolve("complete");
    try (FileChannel channel =
            FileChannel.open(
                cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock turn = channel.lock()) {
      if (turn.isValid() && !Files.exists(complete)) {
        extract(archive, folder);
        Files.createFile(complete);
      }
    }
    return folder;
  }

  private static byte[] archive() throws IOException {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String architecture = System.getProperty("os.arch");
    try (InputStream in =
        DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(
            system.startsWith("mac") ? "Darwin" : system.startsWith("linux") ? "Linux" : system,
            architecture.equals("amd64") ? "x86_64" : architecture)) {
      return in.readAllBytes();
    } catch (IllegalStateException e) {
      throw new ConfigException(
          "database.url must be set: there is no embedded PostgreSQL for "
              + system
              + " on "
              + architecture);
    }
  }

  private static void extract(byte[] archive, Path folder) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
          throw new IOException("The archive leads out of its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(target);
          continue;
        }
        Files.createDirectories(target.getParent());
        Files.deleteIfExists(target);
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
          Files.copy(tar, target);
          if ((entry.getMode() & 0100) != 0 || target.getParent().endsWith("bin")) {
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
          }
        }
      }
    }
  }
}
