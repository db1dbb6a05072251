package fileset

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
)

// manifestFormat is raised when an older plinth would misread a newer manifest.
const manifestFormat = 1

// manifest is .plinth.json. Hashes are SHA-256 in hex.
//
// Writing is set while a run changes files and gone when it has ended. A file is plinth's own if its hash is the one in Files
// or the one in Writing, so that after a crash at any point each file, old or new, is still known as ours.
type manifest struct {
	Comment string            `json:"comment"`
	Format  int               `json:"format"`
	Version string            `json:"version"` // the plinth that last changed something here
	Files   map[string]string `json:"files"`
	Writing map[string]string `json:"writing,omitempty"`
}

func newManifest(version string, files map[string]string) manifest {
	return manifest{Comment: mark, Format: manifestFormat, Version: version, Files: files}
}

// owns reports whether plinth wrote a file with this hash under this name.
func (m manifest) owns(name, hash string) bool {
	return hash != "" && (m.Files[name] == hash || m.Writing[name] == hash)
}

// lists reports whether plinth has written, or was about to write, a file of this name.
func (m manifest) lists(name string) bool {
	_, old := m.Files[name]
	_, writing := m.Writing[name]
	return old || writing
}

func (m manifest) encode() ([]byte, error) {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf) // sorts the keys of maps
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		return nil, fmt.Errorf("%s: %w", ManifestName, err)
	}
	return buf.Bytes(), nil
}

// readManifest returns the zero manifest and false if there is none.
func readManifest(root *os.Root) (manifest, bool, error) {
	info, err := root.Lstat(ManifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return manifest{}, false, nil
	}
	if err != nil {
		return manifest{}, false, err
	}
	if !info.Mode().IsRegular() {
		return manifest{}, false, &ManifestError{Err: errors.New("it is not a regular file")}
	}
	b, err := root.ReadFile(ManifestName)
	if err != nil {
		return manifest{}, false, err
	}
	m, err := parseManifest(b)
	if err != nil {
		return manifest{}, false, &ManifestError{Err: err}
	}
	return m, true, nil
}

func parseManifest(b []byte) (manifest, error) {
	var m manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return manifest{}, err
	}
	if m.Format != manifestFormat {
		return manifest{}, fmt.Errorf("its format is %d, this plinth reads %d", m.Format, manifestFormat)
	}
	// The names lead to removals, and whoever can edit the repository can edit the manifest.
	names := Set{}
	for name := range maps.All(m.Files) {
		names[name] = nil
	}
	for name := range maps.All(m.Writing) {
		names[name] = nil
	}
	for _, name := range names.Names() {
		if err := checkName(name); err != nil {
			return manifest{}, err
		}
	}
	return m, nil
}

// ManifestError is a manifest that can't be read, as after a merge that left conflict marks in it.
type ManifestError struct {
	Dir string
	Err error
}

func (e *ManifestError) Error() string {
	return fmt.Sprintf("%s in %s can't be read: %v; restore it, or remove it and generate again "+
		"(files that differ from what is generated then count as yours)", ManifestName, e.Dir, e.Err)
}

func (e *ManifestError) Unwrap() error { return e.Err }

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
