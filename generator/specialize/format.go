package specialize

import (
	"bytes"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"plinth/generator/module"
)

// format tidies and formats a file, piece by piece: blocks that no blank line parts are one piece. Most pieces equal those of other accounts, and
// formatting costs more than all the rest.
func (z *Specializer) format(file *module.File) []byte {
	src := file.Bytes
	var out bytes.Buffer
	at := 0
	for i, block := range file.Body.Blocks {
		end := block.Range().End.Byte
		if i+1 < len(file.Body.Blocks) && !bytes.HasPrefix(src[end:], []byte("\n\n")) {
			continue
		}
		if i+1 == len(file.Body.Blocks) {
			end = len(src)
		}
		piece := z.formatted.get(string(src[at:end]), func(text string) []byte {
			return bytes.TrimRight(hclwrite.Format(tidy([]byte(strings.TrimRight(text, "\n")+"\n"))), "\n")
		})
		if out.Len() > 0 {
			out.WriteString("\n\n")
		}
		out.Write(piece)
		at = end
	}
	out.WriteByte('\n')
	return out.Bytes()
}

// memo remembers results by text. It forgets everything when it has grown too large, so that a run over any number of accounts takes no more
// memory than one over some.
type memo struct {
	mu      sync.Mutex
	results map[string][]byte
	bytes   int
}

// memoBytes bounds what a memo remembers, texts and results together.
const memoBytes = 8 << 20

func (m *memo) get(text string, compute func(string) []byte) []byte {
	m.mu.Lock()
	result, ok := m.results[text]
	m.mu.Unlock()
	if ok {
		return result
	}
	result = compute(text)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.results == nil || m.bytes > memoBytes {
		m.results, m.bytes = make(map[string][]byte), 0
	}
	m.results[text] = result
	m.bytes += len(text) + len(result)
	return result
}
