import dev.parley.sys.*;
import java.util.*;
public class Bench {
  public static void main(String[] a) throws Exception {
    Kernel k = Kernel.linux();
    Fd d = k.openAt(Fd.CWD, "/dev/shm", Open.DIRECTORY, 0);
    byte[] b = new byte[256];
    com.sun.management.ThreadMXBean mx = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    for (int r=0;r<8;r++) {
      int n=300000; long t=System.nanoTime(), al=mx.getCurrentThreadAllocatedBytes();
      for (int i=0;i<n;i++) k.status(d);
      System.out.printf("status %d ns %d B%n",(System.nanoTime()-t)/n,(mx.getCurrentThreadAllocatedBytes()-al)/n);
      t=System.nanoTime(); al=mx.getCurrentThreadAllocatedBytes();
      for (int i=0;i<n;i++) k.effectiveUserId();
      System.out.printf("geteuid %d ns %d B%n",(System.nanoTime()-t)/n,(mx.getCurrentThreadAllocatedBytes()-al)/n);
      n=100000; t=System.nanoTime(); al=mx.getCurrentThreadAllocatedBytes();
      for (int i=0;i<n;i++) {
        try (Fd f = k.openAt(d,"bench-tmp-file",Open.CREATE|Open.EXCLUSIVE|Open.WRITE_ONLY|Open.NO_FOLLOW,0600)) { k.write(f,b,0,256); }
        k.renameAt(d,"bench-tmp-file",d,"bench-final-file"); k.unlinkAt(d,"bench-final-file");
      }
      System.out.printf("cycle %d ns %d B%n",(System.nanoTime()-t)/n,(mx.getCurrentThreadAllocatedBytes()-al)/n);
      t=System.nanoTime(); long x=0;
      for (int i=0;i<n;i++) x+=k.boottimeNanos();
      System.out.printf("boottime %d ns%n",(System.nanoTime()-t)/n);
      t=System.nanoTime();
      for (int i=0;i<n;i++) x+=k.realtimeNanos();
      System.out.printf("realtime %d ns%n",(System.nanoTime()-t)/n);
      t=System.nanoTime();
      for (int i=0;i<n;i++) try { k.unlinkAt(d,"nonesuch"); } catch (ErrnoException e) { x++; }
      System.out.printf("ENOENT %d ns%n",(System.nanoTime()-t)/n);
    }
  }
}
