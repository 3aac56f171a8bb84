package dev.parley.bench;

import dev.parley.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// A queue as people build it on SQLite: one table, a write-ahead log, the oldest row first.
///
/// Receiving selects and deletes in one IMMEDIATE transaction, the cheapest claim that a crash
/// undoes. SQLite wakes nobody, so an empty table is looked at again after a millisecond.
final class SqliteEnds {
  private static final long LOOK_AGAIN_NANOS = 1_000_000;

  private SqliteEnds() {}

  /// A connection with the durability: NORMAL loses the newest transactions in a power cut, FULL
  /// none.
  private static Connection open(Path directory, Durability durability) throws SQLException {
    Connection connection =
        DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("queue.db"));
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 30000");
      statement.execute("PRAGMA journal_mode = WAL");
      statement.execute(
          "PRAGMA synchronous = " + (durability == Durability.NONE ? "NORMAL" : "FULL"));
      statement.execute(
          "CREATE TABLE IF NOT EXISTS queue (id INTEGER PRIMARY KEY AUTOINCREMENT, payload BLOB)");
    }
    return connection;
  }

  /// A batch is one transaction.
  static final class Sending implements Ends.Sender {
    private final Connection connection;
    private final PreparedStatement begin;
    private final PreparedStatement insert;
    private final PreparedStatement commit;
    private final int batch;
    private int pending;

    Sending(Path directory, Durability durability, int batch) throws IOException {
      try {
        this.connection = open(directory, durability);
        this.begin = connection.prepareStatement("BEGIN IMMEDIATE");
        this.insert = connection.prepareStatement("INSERT INTO queue (payload) VALUES (?)");
        this.commit = connection.prepareStatement("COMMIT");
        this.batch = batch;
      } catch (SQLException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void send(byte[] payload, int priority) throws IOException {
      try {
        if (batch > 1 && pending++ == 0) begin.execute();
        insert.setBytes(1, payload);
        insert.executeUpdate();
        if (pending == batch) flush();
      } catch (SQLException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void flush() throws IOException {
      try {
        if (pending > 0) commit.execute();
        pending = 0;
      } catch (SQLException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      try {
        connection.close();
      } catch (SQLException e) {
        throw new IOException(e);
      }
    }
  }

  /// Up to a batch of rows a transaction.
  static final class Receiving implements Ends.Receiver {
    private final Connection connection;
    private final PreparedStatement look;
    private final PreparedStatement begin;
    private final PreparedStatement select;
    private final PreparedStatement delete;
    private final PreparedStatement commit;
    private final List<byte[]> received = new ArrayList<>();
    private boolean foundNothing;

    Receiving(Path directory, Durability durability, int batch) throws IOException {
      try {
        this.connection = open(directory, durability);
        this.look = connection.prepareStatement("SELECT id FROM queue LIMIT 1");
        this.begin = connection.prepareStatement("BEGIN IMMEDIATE");
        this.select =
            connection.prepareStatement("SELECT id, payload FROM queue ORDER BY id LIMIT " + batch);
        this.delete = connection.prepareStatement("DELETE FROM queue WHERE id <= ?");
        this.commit = connection.prepareStatement("COMMIT");
      } catch (SQLException e) {
        throw new IOException(e);
      }
    }

    @Override
    public boolean receive(Duration wait, Ends.Sink sink) throws IOException {
      long until = System.nanoTime() + wait.toNanos();
      try {
        while (true) {
          if (!foundNothing || hasRows()) take();
          foundNothing = received.isEmpty();
          if (!foundNothing) break;
          if (System.nanoTime() >= until) return false;
          LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
      } catch (SQLException e) {
        throw new IOException(e);
      }
      for (byte[] message : received) sink.accept(message);
      received.clear();
      return true;
    }

    /// A plain read: looking at an empty table must not lock senders out.
    private boolean hasRows() throws SQLException {
      try (ResultSet rows = look.executeQuery()) {
        return rows.next();
      }
    }

    private void take() throws SQLException {
      begin.execute();
      long newest = -1;
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          newest = rows.getLong(1);
          received.add(rows.getBytes(2));
        }
      }
      if (newest >= 0) {
        delete.setLong(1, newest);
        delete.executeUpdate();
      }
      commit.execute();
    }

    @Override
    public void close() throws IOException {
      try {
        connection.close();
      } catch (SQLException e) {
        throw new IOException(e);
      }
    }
  }
}
