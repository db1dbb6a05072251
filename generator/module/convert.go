package module

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// convertTo converts a value to a variable's type. A type of "any" keeps the value's own.
func convertTo(value cty.Value, typ cty.Type) (cty.Value, error) {
	if typ == cty.DynamicPseudoType {
		return value, nil
	}
	return convert.Convert(value, typ)
}
