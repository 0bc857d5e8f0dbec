"""The torch model behind the engine `baker`: its layers, its front end, its weights, and how ModelScope finds it."""
