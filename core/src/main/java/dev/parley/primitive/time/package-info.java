/// Time limits, for everything that waits. Calls nothing.
@org.jspecify.annotations.NullMarked
package dev.parley.primitive.time;
