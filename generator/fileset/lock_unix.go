//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd || illumos

package fileset

import (
	"errors"
	"os"
	"syscall"
)

// lock takes flock(2) on the directory itself, which leaves no lock file behind and which the kernel releases when the process
// ends, however it ends. It returns false if the file system has no locks (some network file systems refuse them on a directory).
func lock(dir string) (unlock func(), locked bool, err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, false, err
	}
	unlock = func() { f.Close() } // nothing was written through it
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	switch {
	case err == nil:
		return unlock, true, nil
	case errors.Is(err, syscall.EWOULDBLOCK):
		unlock()
		return nil, false, ErrLocked
	case errors.Is(err, syscall.EBADF), errors.Is(err, syscall.ENOLCK), errors.Is(err, syscall.ENOTSUP), errors.Is(err, syscall.EOPNOTSUPP):
		return unlock, false, nil
	}
	unlock()
	return nil, false, &os.PathError{Op: "flock", Path: dir, Err: err}
}
