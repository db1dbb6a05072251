//go:build !windows

package fileset

import "errors"

// sync makes the renames in the top folder last through a power cut, so that the manifest is never older than the files.
func (d *disk) sync() (err error) {
	f, err := d.root.Open(".")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return d.flush(f)
}
