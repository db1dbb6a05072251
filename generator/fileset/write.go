package fileset

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Options says how Write works.
type Options struct {
	// Version is plinth's own version, for the manifest.
	Version string
	// Force lets Write replace and remove changed files, replace foreign ones at wanted names, and start over from a manifest that it can't read.
	// It never replaces a folder, never goes through a symbolic link, and leaves all other files alone.
	Force bool
}

// ErrLocked is returned by Write while another run writes to the same directory.
var ErrLocked = errors.New("another plinth is writing to this directory: wait until it has ended")

// ConflictError names the files that stop Write, because they aren't plinth's to change. Nothing was written.
type ConflictError struct {
	Dir   string
	Files []Entry
}

func (e *ConflictError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: nothing was written, because these files are not as plinth left them; move your changes elsewhere and delete the files, or force it", e.Dir)
	for _, f := range e.Files {
		fmt.Fprintf(&b, "\n  %s (%s", f.Name, f.Status)
		if f.Note != "" {
			fmt.Fprintf(&b, ", %s", f.Note)
		}
		b.WriteString(")")
	}
	return b.String()
}

// Write makes the generated files of a directory the wanted ones: it creates, rewrites and removes plinth's own files and nothing else, and
// removes folders that this leaves empty. Files that are as wanted aren't touched. The directory is created if need be.
//
// It returns a ConflictError before anything is written if a file is not plinth's to change (see Options.Force), ErrLocked while another Write works on the
// directory, and fails as Check does and if the disk does. After a failure or a crash each file is whole, old or new, and the next Write completes the work.
func Write(dir string, want Set, opt Options) (Report, error) {
	return write(dir, want, opt, &disk{step: func(string) error { return nil }, flush: (*os.File).Sync})
}

func write(dir string, want Set, opt Options, d *disk) (Report, error) {
	if err := want.Validate(); err != nil {
		return Report{}, err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return Report{}, err
	}
	root, err := openRoot(dir)
	if err != nil {
		return Report{}, err
	}
	defer root.Close()
	unlock, locked, err := lock(dir)
	if err != nil {
		return Report{}, fmt.Errorf("%s: %w", dir, err)
	}
	defer unlock()

	s, err := lookRoot(root, want, opt.Force)
	if err != nil {
		return Report{}, err
	}
	s.report.Unlocked = !locked
	if err := conflicts(dir, s, opt.Force); err != nil {
		return s.report, err
	}
	d.root, d.made = root, make(map[string]bool)
	if err := d.removeStaging(); err != nil { // an earlier run's, if it crashed
		return s.report, err
	}
	if upToDate(s.report) {
		return s.report, nil
	}
	err = d.apply(&s, want, opt)
	return s.report, errors.Join(err, d.removeStaging())
}

// Ready says why Write would stop before it changes anything: it returns the ConflictError that Write would return, and fails as Check does. Nothing
// keeps somebody from changing a file between Ready and Write; Write looks again.
func Ready(dir string, want Set, opt Options) error {
	s, err := look(dir, want, opt.Force)
	if err != nil {
		return err
	}
	return conflicts(dir, s, opt.Force)
}

func conflicts(dir string, s state, force bool) error {
	var files []Entry
	for _, e := range s.report.Entries {
		if e.blocks() && (!force || s.found[e.Name].fixed) {
			files = append(files, e)
		}
	}
	if len(files) == 0 {
		return nil
	}
	return &ConflictError{Dir: dir, Files: files}
}

// upToDate is Clean without the foreign files that Write leaves alone.
func upToDate(r Report) bool {
	for _, e := range r.Entries {
		if e.Status != UpToDate && (e.Status != Foreign || e.Wanted) {
			return false
		}
	}
	return true
}

// apply makes the changes, in an order that a crash at any point leaves nothing that looks like somebody else's change:
//
//  1. all new files are written to the staging folder, so that a full disk shows before anything is changed;
//  2. a manifest says which files there are now and what they are about to become;
//  3. the new files are renamed into place, the stale ones and emptied folders removed;
//  4. the final manifest says what there is now.
func (d *disk) apply(s *state, want Set, opt Options) error {
	present := map[string]string{} // ours, as they are now
	writing := map[string]string{} // ours, as they will be
	final := map[string]string{}
	var toWrite, toRemove []string
	for name, f := range s.found {
		content, wanted := want[name]
		switch {
		case wanted:
			final[name] = hashOf(content)
			if f.hash == final[name] {
				present[name] = f.hash
				break
			}
			toWrite = append(toWrite, name)
			writing[name] = final[name]
			if f.hash != "" { // forced or ours: from here on it is ours
				present[name] = f.hash
			}
		case f.fixed:
		default:
			toRemove = append(toRemove, name)
			// An absent file stays listed until its empty folder is gone, too.
			present[name] = s.manifest.Files[name]
			if f.hash != "" {
				present[name] = f.hash
			}
		}
	}
	slices.Sort(toWrite)
	slices.Sort(toRemove)

	staged := map[string]string{} // the name wanted, the name in the staging folder
	for i, name := range toWrite {
		mode := fs.FileMode(0o666)
		if s.found[name].hash != "" {
			info, err := d.root.Lstat(name)
			if err != nil {
				return err
			}
			mode = info.Mode().Perm()
		}
		staged[name] = path.Join(stagingName, strconv.Itoa(i))
		if err := d.stage(staged[name], want[name], mode); err != nil {
			return err
		}
	}
	if len(toWrite) > 0 || len(toRemove) > 0 {
		ahead := newManifest(opt.Version, present)
		ahead.Writing = writing
		if err := d.writeManifest(ahead); err != nil {
			return err
		}
	}
	for _, name := range toWrite {
		if err := d.place(staged[name], name); err != nil {
			return err
		}
		s.report.Written = append(s.report.Written, name)
	}
	for _, name := range toRemove {
		if s.found[name].exists {
			if err := d.remove(name); err != nil {
				return err
			}
			s.report.Removed = append(s.report.Removed, name)
		}
		if err := d.prune(path.Dir(name)); err != nil {
			return err
		}
	}
	return d.writeManifest(newManifest(opt.Version, final))
}

// disk makes single changes below a root. An os.Root never leaves its directory, whatever links somebody puts there meanwhile.
type disk struct {
	root  *os.Root
	step  func(what string) error // called before each change; a test lets it fail, to play a crash
	flush func(*os.File) error    // makes a file or a folder last through a power cut
	made  map[string]bool         // the folders that are there
}

func (d *disk) stage(name string, content []byte, mode fs.FileMode) (err error) {
	if err := d.mkdir(stagingName); err != nil {
		return err
	}
	if err := d.step("create " + name); err != nil {
		return err
	}
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := d.step("write " + name); err != nil {
		// As a crash in the middle would leave it.
		_, _ = f.Write(content[:len(content)/2])
		return err
	}
	if _, err := f.Write(content); err != nil {
		return err
	}
	// Without it a rename may reach the disk before the content does.
	return d.flush(f)
}

// place renames a staged file to its name, and replaces what is there (not a folder).
func (d *disk) place(from, name string) error {
	if dir := path.Dir(name); dir != "." {
		parts := strings.Split(dir, "/")
		for i := range parts {
			if err := d.mkdir(path.Join(parts[:i+1]...)); err != nil {
				return err
			}
		}
	}
	if err := d.step("rename to " + name); err != nil {
		return err
	}
	return d.root.Rename(from, name)
}

// mkdir makes a folder unless it is there. It looks once.
func (d *disk) mkdir(name string) (err error) {
	if d.made[name] {
		return nil
	}
	defer func() {
		if err == nil {
			d.made[name] = true
		}
	}()
	info, err := d.root.Lstat(name)
	if err == nil {
		if !info.IsDir() {
			return fmt.Errorf("%s is in the way: it is not a folder", name)
		}
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := d.step("mkdir " + name); err != nil {
		return err
	}
	return d.root.Mkdir(name, 0o777)
}

func (d *disk) remove(name string) error {
	if err := d.step("remove " + name); err != nil {
		return err
	}
	return d.root.Remove(name)
}

// prune removes a folder and its parents below the root as long as they are empty.
func (d *disk) prune(dir string) error {
	for ; dir != "."; dir = path.Dir(dir) {
		entries, err := fs.ReadDir(d.root.FS(), dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if len(entries) > 0 {
			return nil
		}
		if err := d.remove(dir); err != nil {
			return err
		}
	}
	return nil
}

func (d *disk) writeManifest(m manifest) error {
	b, err := m.encode()
	if err != nil {
		return err
	}
	if old, err := d.root.ReadFile(ManifestName); err == nil && bytes.Equal(old, b) {
		return nil
	}
	staged := path.Join(stagingName, "manifest")
	if err := d.stage(staged, b, 0o666); err != nil {
		return err
	}
	if err := d.place(staged, ManifestName); err != nil {
		return err
	}
	return d.sync()
}

func (d *disk) removeStaging() error {
	if _, err := d.root.Lstat(stagingName); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := d.step("remove " + stagingName); err != nil {
		return err
	}
	return d.root.RemoveAll(stagingName)
}
