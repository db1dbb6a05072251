package fileset

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Status says how one file of a directory stands to what is wanted there.
type Status string

// The statuses of a file. Files that are neither wanted nor listed in the manifest have none, but for Foreign ones that
// Terraform would read.
const (
	UpToDate Status = "up to date" // as wanted
	Missing  Status = "missing"    // wanted, not there
	Outdated Status = "outdated"   // written by plinth, unchanged since, but not as wanted now
	Stale    Status = "stale"      // written by plinth, unchanged since, no longer wanted
	Changed  Status = "changed"    // written by plinth, changed by somebody else since
	Foreign  Status = "foreign"    // never written by plinth, and either at a wanted name or a Terraform file in a folder of ours
)

// Entry is one file of a Report.
type Entry struct {
	Name   string `json:"name"`
	Status Status `json:"status"`
	// Wanted is false for a file that is to go (stale, or changed and no longer wanted) or that only stands beside ours (foreign).
	Wanted bool `json:"wanted"`
	// Note adds to the status in words, such as "is a symbolic link". It is mostly empty.
	Note string `json:"note,omitempty"`
}

// blocks reports whether Write must stop: the file is not plinth's to change.
func (e Entry) blocks() bool { return e.Status == Changed || e.Status == Foreign && e.Wanted }

// Report is what Check and Write found, before Write changed anything.
type Report struct {
	// Entries holds each file that is wanted, listed in the manifest, or foreign; sorted by name. The manifest itself is one of them.
	Entries []Entry `json:"files"`
	// Interrupted is set if an earlier Write didn't get to its end. The next one completes it.
	Interrupted bool `json:"interrupted,omitempty"`
	// Written and Removed are what Write did, sorted by name.
	Written []string `json:"written,omitempty"`
	Removed []string `json:"removed,omitempty"`
	// Unlocked is set if Write couldn't keep other runs out because the file system has no locks.
	Unlocked bool `json:"unlocked,omitempty"`
}

// Clean reports whether the directory is what would be generated, with nothing foreign that Terraform would read beside it.
func (r Report) Clean() bool {
	for _, e := range r.Entries {
		if e.Status != UpToDate {
			return false
		}
	}
	return true
}

// Check compares a directory with the files wanted there and changes nothing. A directory that doesn't exist is an empty one.
// It fails if the set isn't valid, if dir is a symbolic link or not a directory, if the manifest can't be read (ManifestError), or if a
// file can't be.
func Check(dir string, want Set) (Report, error) {
	s, err := look(dir, want, false)
	if err != nil {
		return Report{}, err
	}
	return s.report, nil
}

// state is a directory at one moment.
type state struct {
	manifest manifest
	report   Report
	found    map[string]found // by name, what is wanted or listed
}

// found is what is at one name.
type found struct {
	exists bool
	hash   string // empty unless it is a regular file reached without a link
	note   string // why it is not a regular file of ours, if so
	fixed  bool   // not even Force may replace it: a directory, or something in the way to it
	bytes  []byte
}

func look(dir string, want Set, force bool) (state, error) {
	if err := want.Validate(); err != nil {
		return state{}, err
	}
	root, err := openRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return classify(manifest{}, false, want, nil, nil), nil
	}
	if err != nil {
		return state{}, err
	}
	defer root.Close()
	return lookRoot(root, want, force)
}

func lookRoot(root *os.Root, want Set, force bool) (state, error) {
	m, exists, err := readManifest(root)
	var bad *ManifestError
	if errors.As(err, &bad) {
		bad.Dir = root.Name()
		if force {
			m, exists, err = manifest{}, false, nil
		}
	}
	if err != nil {
		return state{}, err
	}
	names := Set{}
	for _, files := range []map[string]string{m.Files, m.Writing} {
		for name := range files {
			names[name] = nil
		}
	}
	for name := range want {
		names[name] = nil
	}
	at := map[string]found{}
	folders := newFolders(root)
	defer folders.close()
	for _, name := range names.Names() {
		if at[name], err = folders.inspect(name); err != nil {
			return state{}, fmt.Errorf("%s: %w", filepath.Join(root.Name(), filepath.FromSlash(name)), err)
		}
	}
	strangers, err := folders.foreign(want, m)
	if err != nil {
		return state{}, err
	}
	return classify(m, exists, want, at, strangers), nil
}

// openRoot opens an output directory. It refuses a symbolic link, so that what is written lands where the path says.
func openRoot(dir string) (*os.Root, error) {
	info, err := os.Lstat(dir)
	if err != nil {
		return nil, err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		return nil, fmt.Errorf("%s is a symbolic link: name the directory that it leads to", dir)
	}
	return os.OpenRoot(dir)
}

// folders are the folders of a directory, each opened and listed once, and never through a link.
type folders struct {
	root *os.Root
	seen map[string]*folder // by path; "." is the directory itself
}

// folder is what is where a folder is looked for.
type folder struct {
	root    *os.Root // nil if there is none
	entries map[string]fs.DirEntry
	note    string // what is there in its place, or in the place of a folder that it lies in
}

func newFolders(root *os.Root) *folders { return &folders{root: root, seen: map[string]*folder{}} }

// close closes what was opened. Nothing was written there, so it can't fail in a way that matters.
func (f *folders) close() {
	for _, at := range f.seen {
		if at.root != nil && at.root != f.root {
			at.root.Close()
		}
	}
}

func (f *folders) at(name string) (*folder, error) {
	if at := f.seen[name]; at != nil {
		return at, nil
	}
	at, err := f.find(name)
	if err != nil {
		return nil, err
	}
	if at.root != nil {
		entries, err := fs.ReadDir(at.root.FS(), ".")
		if err != nil {
			return nil, err
		}
		at.entries = make(map[string]fs.DirEntry, len(entries))
		for _, entry := range entries {
			at.entries[entry.Name()] = entry
		}
	}
	f.seen[name] = at
	return at, nil
}

func (f *folders) find(name string) (*folder, error) {
	if name == "." {
		return &folder{root: f.root}, nil
	}
	parent, err := f.at(path.Dir(name))
	if err != nil || parent.root == nil {
		return parent, err
	}
	entry := parent.entries[path.Base(name)]
	switch {
	case entry == nil:
		return &folder{}, nil
	case entry.Type()&fs.ModeSymlink != 0:
		return &folder{note: fmt.Sprintf("its folder %s is a symbolic link", name)}, nil
	case !entry.IsDir():
		return &folder{note: name + " is not a folder"}, nil
	}
	root, err := parent.root.OpenRoot(path.Base(name))
	return &folder{root: root}, err
}

// inspect says what is at a name, without following links.
func (f *folders) inspect(name string) (found, error) {
	at, err := f.at(path.Dir(name))
	if err != nil {
		return found{}, err
	}
	entry := at.entries[path.Base(name)]
	switch {
	case at.note != "":
		return found{exists: true, fixed: true, note: at.note}, nil
	case entry == nil:
		return found{}, nil
	case entry.IsDir():
		return found{exists: true, fixed: true, note: "is a folder"}, nil
	case entry.Type()&fs.ModeSymlink != 0:
		return found{exists: true, note: "is a symbolic link"}, nil
	case !entry.Type().IsRegular():
		return found{exists: true, note: "is not a regular file"}, nil
	}
	b, err := at.root.ReadFile(path.Base(name))
	if err != nil {
		return found{}, err
	}
	return found{exists: true, hash: hashOf(b), bytes: b}, nil
}

// foreign lists the files that Terraform or OpenTofu would read as part of a folder of ours, and that are neither wanted nor listed.
func (f *folders) foreign(want Set, m manifest) ([]string, error) {
	ours := Set{}
	for name := range want {
		if isConfig(name) {
			ours[path.Dir(name)] = nil
		}
	}
	var names []string
	for dir := range ours {
		at, err := f.at(dir)
		if err != nil {
			return nil, err
		}
		for base, entry := range at.entries { // none where something is in the way: that is reported at the wanted files inside
			name := path.Join(dir, base)
			if _, ok := want[name]; ok || m.lists(name) || entry.IsDir() || !isConfig(name) {
				continue
			}
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// isConfig reports whether a file belongs to the Terraform configuration of its folder. Terraform and OpenTofu skip what
// starts with a dot, ends with a tilde, or stands between two #.
func isConfig(name string) bool {
	base := path.Base(name)
	if strings.HasPrefix(base, ".") || strings.HasSuffix(base, "~") || strings.HasPrefix(base, "#") && strings.HasSuffix(base, "#") {
		return false
	}
	for _, ext := range []string{".tf", ".tf.json", ".tofu", ".tofu.json"} {
		if strings.HasSuffix(base, ext) {
			return true
		}
	}
	return false
}

// classify decides on each file, from what was seen.
func classify(m manifest, manifestExists bool, want Set, at map[string]found, strangers []string) state {
	s := state{manifest: m, found: at}
	s.report.Interrupted = len(m.Writing) > 0
	add := func(e Entry) { s.report.Entries = append(s.report.Entries, e) }

	current := true
	for _, name := range want.Names() {
		hash := hashOf(want[name])
		status, note := wantedStatus(m, name, at[name], hash)
		add(Entry{Name: name, Status: status, Wanted: true, Note: note})
		current = current && m.Files[name] == hash
	}
	for name, f := range at {
		if _, ok := want[name]; ok {
			continue
		}
		current = false
		switch {
		case !f.exists || f.fixed: // somebody has removed it already
		case m.owns(name, f.hash):
			add(Entry{Name: name, Status: Stale})
		default:
			add(Entry{Name: name, Status: Changed, Note: strings.TrimPrefix(f.note+"; no longer wanted", "; ")})
		}
	}
	for _, name := range strangers {
		add(Entry{Name: name, Status: Foreign, Note: "Terraform reads it together with the generated files"})
	}
	switch {
	case !manifestExists:
		add(Entry{Name: ManifestName, Status: Missing, Wanted: true})
	case !current || s.report.Interrupted:
		add(Entry{Name: ManifestName, Status: Outdated, Wanted: true})
	default:
		add(Entry{Name: ManifestName, Status: UpToDate, Wanted: true})
	}
	slices.SortFunc(s.report.Entries, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return s
}

func wantedStatus(m manifest, name string, f found, wantHash string) (Status, string) {
	switch {
	case !f.exists:
		return Missing, ""
	case f.hash == wantHash: // whoever wrote it
		return UpToDate, ""
	case m.owns(name, f.hash):
		return Outdated, ""
	case m.lists(name):
		return Changed, f.note
	}
	return Foreign, f.note
}
