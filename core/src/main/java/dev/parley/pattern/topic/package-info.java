@org.jspecify.annotations.NullMarked
package dev.parley.pattern.topic;
