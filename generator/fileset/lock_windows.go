package fileset

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// lock opens a file in the directory that nobody else may open meanwhile. Windows removes it when the handle is closed, which it
// does itself when the process ends, however it ends.
func lock(dir string) (unlock func(), locked bool, err error) {
	name := filepath.Join(dir, lockName)
	p, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return nil, false, err
	}
	const nobodyElse = 0
	h, err := windows.CreateFile(p, windows.GENERIC_READ|windows.GENERIC_WRITE|windows.DELETE, nobodyElse, nil,
		windows.OPEN_ALWAYS, windows.FILE_ATTRIBUTE_HIDDEN|windows.FILE_FLAG_DELETE_ON_CLOSE, 0)
	if errors.Is(err, windows.ERROR_SHARING_VIOLATION) {
		return nil, false, ErrLocked
	}
	if err != nil {
		return nil, false, &os.PathError{Op: "lock", Path: name, Err: err}
	}
	return func() { windows.CloseHandle(h) }, true, nil
}
