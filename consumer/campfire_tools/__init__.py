"""The toolbox "campfire": what an agent may do in the room that it is asked in."""
