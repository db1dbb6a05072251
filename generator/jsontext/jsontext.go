// Package jsontext reads and writes JSON values as they stand in events and patterns.
package jsontext

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Decode reads one JSON value, with nothing after it: numbers keep their text.
func Decode(r io.Reader) (any, error) {
	decoder := json.NewDecoder(r)
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("something follows the JSON value at offset %d", decoder.InputOffset())
	}
	return v, nil
}

// Encode writes a value that was decoded from JSON, for people: <, > and & stay as they are.
func Encode(v any) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err) // of what was decoded from JSON, nothing can't be encoded
	}
	return strings.TrimSuffix(text.String(), "\n")
}
