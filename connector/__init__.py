"""passdesk: from a service-desk ticket to a Microsoft Entra Temporary Access Pass. Start reading at
journey.py.
"""
