/// Unix sockets: streams, packets, datagrams; descriptors and credentials; names of any length.
///
/// [Listener] and [Connection] make connections, [MessageChannel] sends whole messages over them,
/// [UnixDatagram] sends without. May call `dev.parley.sys`, the file and watch primitives and the
/// vocabulary of `dev.parley`; never a pattern. The manual page is docs/primitives/sockets.md.
///
/// ```java
/// SocketOptions options = SocketOptions.defaults();
/// try (Connection connection = Connection.open(UnixAddress.at(path), options)) {
///   connection.messages().send("hello".getBytes(UTF_8));
///   if (connection.messages().receive() instanceof Received answer) {
///     System.out.println(answer.text());
///   }
/// }
/// ```
@org.jspecify.annotations.NullMarked
package dev.parley.primitive.socket;
