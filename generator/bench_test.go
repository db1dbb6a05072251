package generator_test

import (
	"os"
	"testing"

	"plinth/generator"
)

// BenchmarkAccount renders one account after another, as a run over many does.
func BenchmarkAccount(b *testing.B) {
	for _, name := range []string{"minimal", "hardened"} {
		b.Run(name, func(b *testing.B) {
			file := "../examples/" + name + "/account.yaml"
			content, err := os.ReadFile(file)
			if err != nil {
				b.Fatal(err)
			}
			g, _ := newGenerator(b)
			b.ReportAllocs()
			for b.Loop() {
				if account, diags := g.Account(file, content, generator.Specialized); account == nil {
					b.Fatal(diags)
				}
			}
		})
	}
}

// BenchmarkNew reads the template and the modules, as each run does once.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		newGenerator(b)
	}
}
