// Package source holds every byte that a run reads, so that a diagnostic can quote the line it speaks of.
package source

import (
	"sync"

	"github.com/hashicorp/hcl/v2"
)

// Set maps file names, as diagnostics print them, to their content. The zero Set is empty and ready; it may be shared between goroutines.
type Set struct {
	mu    sync.Mutex
	files map[string]*hcl.File
}

// Add records the content of a file. A name that is added again keeps the newest content.
func (s *Set) Add(name string, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.files == nil {
		s.files = make(map[string]*hcl.File)
	}
	s.files[name] = &hcl.File{Bytes: content}
}

// Bytes returns the content recorded under name, or nil.
func (s *Set) Bytes(name string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.files[name]; f != nil {
		return f.Bytes
	}
	return nil
}

// Files returns a copy of the set in the form that hcl.NewDiagnosticTextWriter takes.
func (s *Set) Files() map[string]*hcl.File {
	s.mu.Lock()
	defer s.mu.Unlock()
	files := make(map[string]*hcl.File, len(s.files))
	for name, f := range s.files {
		files[name] = f
	}
	return files
}
