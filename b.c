#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>
static long now(){struct timespec t;clock_gettime(CLOCK_MONOTONIC,&t);return t.tv_sec*1000000000L+t.tv_nsec;}
int main(){ int d=open("/dev/shm",O_DIRECTORY); char b[256]={0}; 
for(int r=0;r<5;r++){ int n=300000; long t=now(); struct statx s;
for(int i=0;i<n;i++) statx(d,"",AT_EMPTY_PATH,STATX_BASIC_STATS|0x1000,&s);
printf("statx %ld ns\n",(now()-t)/n); t=now(); struct stat st; for(int i=0;i<n;i++) fstat(d,&st); printf("fstat %ld ns\n",(now()-t)/n);
t=now(); for(int i=0;i<n;i++) syscall(SYS_geteuid); printf("geteuid %ld ns\n",(now()-t)/n);
n=100000; t=now();
for(int i=0;i<n;i++){ int f=openat(d,"bench-tmp-file",O_CREAT|O_EXCL|O_WRONLY|O_NOFOLLOW|O_CLOEXEC,0600); write(f,b,256); close(f); renameat(d,"bench-tmp-file",d,"bench-final-file"); unlinkat(d,"bench-final-file",0);} 
printf("cycle %ld ns\n",(now()-t)/n);
t=now(); for(int i=0;i<n;i++) unlinkat(d,"nonesuch",0); printf("ENOENT %ld ns\n",(now()-t)/n);
}}
