"""The office: its rooms, what is in them, and when they are taken. Made up, the same every day."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """A room to meet in."""

    name: str
    floor: int
    seats: int
    equipment: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    """Hours of every working day, as `09:00-10:00 stand-up`."""


ROOMS = (
    Room("Linden", 1, 4, ("screen",), ("09:00-09:30 stand-up",)),
    Room("Alder", 1, 8, ("screen", "camera"), ("10:00-11:00 hiring", "15:00-16:30 planning")),
    Room("Rowan", 2, 12, ("projector", "camera", "whiteboard"), ("13:00-14:00 demo",)),
    Room("Willow", 2, 2, (), ()),
    Room("Oak", 3, 40, ("projector", "microphones", "stage"), ("16:00-17:00 all hands",)),
)


def find_rooms(people: int = 1, equipment: str = "") -> str:
    """Rooms for so many people, the smallest first; with a piece of equipment, if one is named."""
    fitting = [
        room
        for room in sorted(ROOMS, key=lambda room: room.seats)
        if room.seats >= people and (not equipment or equipment.lower() in room.equipment)
    ]
    return "\n".join(map(_line, fitting)) or "There is no such room."


def room(name: str) -> str:
    """One room by its name: floor, seats, equipment, and when it is taken on a working day."""
    found = next((room for room in ROOMS if room.name.lower() == name.strip().lower()), None)
    if found is None:
        return f"There is no room {name}. There are {', '.join(room.name for room in ROOMS)}."
    return f"{_line(found)}\nTaken: {', '.join(found.taken) or 'never'}"


def _line(room: Room) -> str:
    return (
        f"{room.name}: floor {room.floor}, {room.seats} seats,"
        f" {', '.join(room.equipment) or 'no equipment'}"
    )
